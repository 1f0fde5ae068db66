"""What a reader has in its hands when its partitions are given out anew is left to who has them."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from events.sourcing.topics import Shape
from tests.support.parking import TOPIC, Bench, event, open_bench

PLACE = TopicPartition(TOPIC, 0)
STREAM = "note-1"


@pytest.fixture
async def bench(postgres_url: str) -> AsyncIterator[Bench]:
    async with open_bench(postgres_url) as opened:
        opened.reader._followed._known = {TOPIC: Shape(topic_id=UUID(int=1), partitions=1)}
        yield opened


def records(bench: Bench, *versions: int) -> Sequence[ConsumerRecord]:
    """The events of a stream, at the offsets at which they were sent."""
    found = []
    for version in versions:
        bench.offset = version - 1
        found.append(bench.record(event(STREAM, version)))
    return found


async def given(bench: Bench) -> dict[TopicPartition, int]:
    """The reader is given the partition, and stands where its checkpoint says."""
    await bench.reader._starts([PLACE])
    return bench.reader._next


async def test_what_came_of_its_partitions_is_applied(bench: Bench) -> None:
    standing = await given(bench)
    await bench.reader._take({PLACE: records(bench, 1, 2)}, standing)
    assert await bench.trail() == {STREAM: "1 2"}
    assert standing == {PLACE: 2}


async def test_what_came_before_they_were_given_out_anew_comes_again(bench: Bench) -> None:
    before = await given(bench)
    standing = await given(bench)
    await bench.reader._take({PLACE: records(bench, 1, 2)}, before)
    assert await bench.trail() == {}
    await bench.reader._take({PLACE: records(bench, 1, 2)}, standing)
    assert await bench.trail() == {STREAM: "1 2"}


async def test_a_partition_that_was_given_away_meanwhile_is_not_taken_for_its_own(
    bench: Bench,
) -> None:
    standing = await given(bench)
    taken_from_it = bench.reader.applier.apply

    async def applied_and_given_away(*batches: object) -> object:
        done = await taken_from_it(*batches)  # type: ignore[arg-type] # handed on as they came
        await bench.reader._starts([])
        return done

    bench.reader.applier.apply = applied_and_given_away  # type: ignore[method-assign, assignment]
    await bench.reader._take({PLACE: records(bench, 1)}, standing)
    assert await bench.trail() == {STREAM: "1"}
    assert bench.reader._next == {}
