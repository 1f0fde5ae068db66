"""A member of a group begins at its checkpoints, skips nothing, and notices what does not fit."""

import asyncio
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import pytest
from aiokafka import TopicPartition
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import insert, update

from events.sourcing import telemetry
from events.sourcing import topic_reader as reader_module
from events.sourcing.batches import Failed
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import checkpoint, retracted_event
from events.sourcing.reader import BATCH
from events.sourcing.standing import Fenced
from events.sourcing.standstill import Standstill
from events.sourcing.topic_reader import SHRUNK, TopicReader, is_void
from events.sourcing.topics import Shape
from tests.support.applier_suite import item
from tests.support.in_memory import an_event, execute, play
from tests.support.kernel import in_background
from tests.support.reading import ID, P0, P1, STREAM, TOPIC, Play, record, told_in_memory


@told_in_memory
async def test_what_comes_is_applied_and_the_reader_has_caught_up(on: Play) -> None:
    on.kafka.say((P0, 0, an_event(STREAM, 1)), (P1, 0, an_event("note-2", 1)))
    on.kafka.say((P0, 1, an_event(STREAM, 2)))
    reader = on.reader(most=17)
    async with in_background(reader.run()):
        assert await reader.reached_version(STREAM, 2, timeout=5)
        await asyncio.sleep(0.1)
        assert (reader.behind, reader.caught_up) == (0, True)
    assert await on.sums() == {STREAM: 3, "note-2": 1}
    assert await on.checkpoints() == {0: 2, 1: 1}
    assert on.told == [[1, 1], [2]]
    assert on.kafka.joined == [("notes.sums", (TOPIC,))]
    assert on.kafka.asked[0] == (1000, 17)
    assert on.kafka.stopped == 1


@told_in_memory
async def test_while_it_follows_another_reader_is_served_with_what_it_read(on: Play) -> None:
    event, arrivals = an_event(STREAM, 1), on.kernel.arrivals
    on.kafka.say((P0, 0, event))
    reader = on.reader()
    arrivals.follow("other", [(TOPIC, 0)])
    async with in_background(reader.run()):
        assert await reader.reached_version(STREAM, 1, timeout=5)
        assert arrivals.known("other", record(P0, 0, event)) == replace(event, event=None)
        other = on.kernel.intake(reader="other")
        await other.item(record(P0, 1, event))
        assert arrivals.known("sums", record(P0, 1, event)) is not None
    await other.item(record(P0, 2, event))
    assert arrivals.known("sums", record(P0, 2, event)) is None


@told_in_memory
async def test_it_takes_five_hundred_events_at_once_unless_told_otherwise(on: Play) -> None:
    async with in_background(on.reader().run()):
        await asyncio.sleep(0.1)
    assert (on.kafka.asked, BATCH) == ([(1000, 500)], 500)


@told_in_memory
async def test_it_begins_at_its_checkpoints_and_at_nought_where_it_has_none(on: Play) -> None:
    await on.stand(1, 7)
    on.kafka.ends[P1] = 7
    async with in_background(on.reader().run()):
        await asyncio.sleep(0.1)
    assert on.kafka.begun == [{P0: 0, P1: 7}]


@told_in_memory
async def test_what_it_has_passed_already_is_not_taken_again(on: Play) -> None:
    await on.stand(0, 1)
    on.kafka.say((P0, 0, an_event(STREAM, 1)))
    on.kafka.say((P0, 0, an_event(STREAM, 1)), (P0, 1, an_event("note-2", 1)))
    async with in_background(on.reader().run()):
        await asyncio.sleep(1)
    assert (await on.sums(), on.told) == ({"note-2": 1}, [[1]])
    assert await on.checkpoints() == {0: 2}


@told_in_memory
async def test_how_far_it_is_behind_is_counted_over_all_partitions(on: Play) -> None:
    on.kafka.ends |= {P0: 4, P1: 3}
    on.kafka.say((P0, 0, an_event(STREAM, 1)))
    reader = on.reader()
    async with in_background(reader.run()):
        await asyncio.sleep(0.5)
        assert (reader.behind, reader.caught_up) == (3 + 3, False)


@told_in_memory
async def test_where_an_end_is_not_known_yet_it_has_not_caught_up(on: Play) -> None:
    on.kafka.ends |= {P0: 0, P1: None}
    reader = on.reader()
    async with in_background(reader.run()):
        await asyncio.sleep(0.5)
        assert (reader.behind, reader.caught_up) == (0, False)
        on.kafka.given = []
        reader._next.clear()
        await asyncio.sleep(2)
        assert (reader.behind, reader.caught_up) == (0, False)


async def _stood_still(reader: TopicReader) -> set[Standstill]:
    """Why, meanwhile: it looks again and again whether it may go on."""
    found = set[Standstill | None]()
    async with in_background(reader.run()):
        for _ in range(30):
            await asyncio.sleep(0.1)
            found.add(reader.progress.standstill)
    return {why for why in found if why is not None}


@told_in_memory
async def test_a_topic_that_holds_less_than_was_read_lets_it_stand_still(on: Play) -> None:
    await on.stand(1, 5)
    on.kafka.ends[P1] = 4
    reader = on.reader()
    assert await _stood_still(reader) == {
        Standstill(reason=f"{TOPIC} holds less than sums has read of it", remedy=SHRUNK)
    }
    assert on.kafka.stopped >= 1
    assert SHRUNK.endswith("and rebuild this reader")


@told_in_memory
async def test_whoever_stands_still_goes_on_when_the_topic_fits_again(on: Play) -> None:
    await on.stand(1, 5)
    on.kafka.ends[P1] = 4
    reader = on.reader()
    async with in_background(reader.run()):
        await asyncio.sleep(1)
        on.kafka.ends[P1] = 5
        await asyncio.sleep(10)
        assert (reader.progress.standstill, reader.caught_up) == (None, True)


@told_in_memory
async def test_a_reader_whose_checkpoint_another_one_moved_starts_again_from_there(
    on: Play,
) -> None:
    reader = on.reader()
    await on.stand(0, 0)
    async with in_background(reader.run()):
        await asyncio.sleep(0.5)
        on.kafka.ends[P0] = 3
        await execute(on.kernel, update(checkpoint).values(next_offset=3))
        await asyncio.sleep(3)
    assert on.kafka.begun == [{P0: 0, P1: 0}, {P0: 3, P1: 0}]


@told_in_memory
async def test_while_something_comes_the_checkpoints_are_not_asked_for(on: Play) -> None:
    reader = on.reader()
    reader._next = {P0: 1}
    on.kafka.ends[P0] = 9
    await reader._look_around(cast("Any", on.kafka), idle=False)
    with pytest.raises(Fenced, match="sums"):
        await reader._look_around(cast("Any", on.kafka), idle=True)


@told_in_memory
async def test_topics_are_looked_up_at_the_start_at_each_assignment_and_now_and_then(
    on: Play,
) -> None:
    async with in_background(on.reader().run()):
        await asyncio.sleep(40)
    first, assigned, later, again = on.kafka.looked_up_at
    assert first == pytest.approx(0, abs=0.1)
    assert assigned == pytest.approx(1, abs=0.2)
    assert later - assigned == pytest.approx(15.5, abs=0.8)
    assert again - later == pytest.approx(15.5, abs=0.8)


@told_in_memory
async def test_a_topic_made_anew_stops_it_before_it_joins_its_group(on: Play) -> None:
    reader = on.reader()
    await reader._followed.check()
    on.kafka.shape = Shape(topic_id=UUID(int=2), partitions=2)
    async with in_background(reader.run()):
        await asyncio.sleep(1)
    assert on.kafka.joined == []
    assert reader.progress.standstill is not None


@told_in_memory
async def test_a_topic_that_has_grown_is_noted_and_its_new_partitions_are_refused(
    on: Play,
) -> None:
    reader = on.reader()
    await reader._followed.check()
    on.kafka.shape = Shape(topic_id=ID, partitions=3)
    new = TopicPartition(TOPIC, 2)
    on.kafka.ends[new], on.kafka.given = 0, [P0, P1, new]
    async with in_background(reader.run()):
        await asyncio.sleep(0.5)
        assert reader.progress.note == f"{TOPIC} has 3 partitions, 2 are used"
    on.kafka.say((new, 0, an_event(STREAM, 1)))
    (found,) = await _stood_still(reader)
    assert found.reason.startswith(f"{TOPIC} was divided anew")
    assert await on.sums() == {}


@told_in_memory
async def test_what_never_happened_is_passed_over_and_the_checkpoint_moves(on: Play) -> None:
    void = an_event(STREAM, 1, position=4)
    values = {"service": "notes", "position": 4, "event_id": void.event_id}
    await execute(on.kernel, insert(retracted_event).values(**values))
    on.kafka.say((P0, 0, void))
    on.kafka.say((P1, 0, void), (P1, 1, an_event(STREAM, 1, position=5)))
    async with in_background(on.reader().run()):
        await asyncio.sleep(1)
    assert (await on.sums(), on.told) == ({STREAM: 1}, [[], [1]])
    assert await on.checkpoints() == {0: 1, 1: 2}


def test_only_the_very_event_is_void() -> None:
    known = frozenset({("notes", 4, UUID(int=4))})
    void = item(STREAM, 1)
    event = an_event(STREAM, 1, position=4)
    assert is_void(replace(void, recorded=event), known)
    for other in (
        replace(event, service="others"),
        replace(event, position=5),
        replace(event, event_id=UUID(int=5)),
        Failed(kind="poison", reason="x"),
    ):
        assert not is_void(replace(void, recorded=other), known)
    assert not is_void(replace(void, recorded=event), frozenset())


@told_in_memory
async def test_before_it_is_given_a_partition_it_waits_and_has_not_caught_up(on: Play) -> None:
    async def gives_none_yet(**_: Any) -> Any:
        return on.kafka

    on.kafka.open_consumer = gives_none_yet  # type: ignore[method-assign]
    reader = on.reader()
    async with in_background(reader.run()):
        await asyncio.sleep(5)
    assert len(on.kafka.asked) > 1
    assert (reader.progress.retries, reader.behind, reader.caught_up) == (0, 0, False)


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_what_is_taken_together_is_one_span_with_no_more_links_than_it_may_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    monkeypatch.setattr(reader_module, "LINKS", 2)

    async def scene(on: Play) -> None:
        came = [(P0, n, an_event(STREAM, n + 1, traceparent=TRACE)) for n in range(3)]
        on.kafka.say(*came)
        async with in_background(on.reader().run()):
            await asyncio.sleep(1)

    told_in_memory(scene)()
    (span,) = (one for one in kept.get_finished_spans() if one.name == "sums.project")
    assert dict(span.attributes or {}) == {"events": 3}
    assert len(span.links) == 2


def test_no_more_versions_are_remembered_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader_module, "KNOWN_VERSIONS", 2)

    async def scene(kernel: Kernel) -> None:
        reader = Play(kernel).reader()
        for number in (1, 2, 3):
            await reader.tell([an_event(f"note-{number}", 1)])
        assert sorted(reader._versions) == ["note-1", "note-2", "note-3"]
        await reader.tell([an_event("note-4", 1)])
        assert sorted(reader._versions) == ["note-4"]

    play(scene)


@told_in_memory
async def test_kafka_that_goes_away_is_asked_again(on: Play) -> None:
    reader = on.reader()
    getmany, on.kafka.getmany = on.kafka.getmany, _away  # type: ignore[method-assign]
    async with in_background(reader.run()):
        await asyncio.sleep(1)
        assert reader.progress.retries > 0
        on.kafka.getmany = getmany  # type: ignore[method-assign]
        on.kafka.say((P0, 0, an_event(STREAM, 1)))
        assert await reader.reached_version(STREAM, 1, timeout=20)


async def _away(**_: Any) -> Any:
    raise ConnectionError
