"""A read model built anew goes on without what its reader was told to go on without."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, Text, select

from events.catalog.body import BodyEstablished
from events.sourcing import rebuild as rebuilding
from events.sourcing.building import RebuildFailed
from events.sourcing.given_up import NOTHING, GivenUp
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection
from events.sourcing.rebuild import rebuild
from events.sourcing.repair.given_up import given_up_by
from events.sourcing.repair.release import Discard, Repairs
from events.sourcing.statements import First, Statement
from events.sourcing.types import Recorded
from tests.support.kernel import BODY, PERSON, Note, Workplace, context, note, workplace
from tests.support.parking import TOPIC, Bench, event, open_bench

TABLES = MetaData()
SEEN = Table("seen", TABLES, Column("place", Text, primary_key=True))
STREAM = "note-1"
FIVE = [event(STREAM, version) for version in range(1, 6)]


def project(recorded: Recorded[Any]) -> Iterable[Statement]:
    if not isinstance(recorded.event, BodyEstablished):
        raise TypeError(recorded.name)
    yield First(SEEN, {"place": f"{recorded.stream}@{recorded.version}"})


SEEN_EVENTS = Projection(name="seen", tables=TABLES, project=project)


@pytest.fixture
async def place(postgres_url: str) -> AsyncIterator[Workplace]:
    """A service that was told to go on without version 2 of a stream of its own journal."""
    async with workplace(postgres_url) as opened:
        kernel = opened.kernel()
        reader = kernel.project(SEEN_EVENTS)
        assert isinstance(reader, JournalReader)
        events = (BODY, PERSON, BODY)
        await kernel.handle(note, STREAM, Note(events=events), context())
        async with kernel.running():
            assert await reader.reached(3, timeout=20)
            repairs, at = Repairs(kernel), ("seen", "journal", STREAM)
            await repairs.discard(at, Discard(version=2, because="without-effect"), context())
            await repairs.release(at, context())
        yield opened


async def seen(kernel: Kernel) -> set[str]:
    async with kernel.engine.connect() as connection:
        return set(await connection.scalars(select(SEEN.c.place)))


def silent(_: str) -> None:
    """Nobody listens."""


async def test_built_anew_it_is_the_same_as_the_one_that_serves(place: Workplace) -> None:
    anew = place.kernel()
    anew.project(SEEN_EVENTS)
    assert await rebuild(anew, "seen", report=silent) == 2
    assert await seen(anew) == {f"{STREAM}@1", f"{STREAM}@3"}


async def test_without_a_look_at_what_was_decided_the_build_fails(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""

    async def nothing(*_: object) -> GivenUp:
        return NOTHING

    monkeypatch.setattr(rebuilding, "given_up_by", nothing)
    anew = place.kernel()
    anew.project(SEEN_EVENTS)
    with pytest.raises(RebuildFailed, match=f"{STREAM} at version 2"):
        await rebuild(anew, "seen", report=silent)


async def test_another_reader_is_not_told_what_this_one_was(place: Workplace) -> None:
    anew = place.kernel()
    anew.project(replace(SEEN_EVENTS, name="other"))
    async with anew.engine.begin() as connection:
        # A build comes as far as the model that serves: this one has come to the end.
        await connection.exec_driver_sql(
            "INSERT INTO checkpoint (reader, topic, partition, next_offset)"
            " SELECT 'other', 'journal', 0, max(position) FROM journal"
        )
    with pytest.raises(RebuildFailed, match=f"{STREAM} at version 2"):
        await rebuild(anew, "other", report=silent)


async def fed_again(bench: Bench, *records: Any) -> str:
    """The same records, taken by a build of the same reader that knows what was decided."""
    given_up = await given_up_by(bench.kernel.engine, bench.kernel.codec, "trail")
    bench.reader.applier.reader = "trail@2"
    bench.reader.applier._given_up = given_up
    bench.offset = 0
    async with bench.kernel.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM trail")
    await bench.feed_records(*records)
    assert await bench.parked(STREAM) == []
    return (await bench.trail())[STREAM]


@pytest.fixture
async def bench(postgres_url: str) -> AsyncIterator[Bench]:
    async with open_bench(postgres_url) as opened:
        yield opened


async def test_what_counts_as_taken_is_not_waited_for(bench: Bench) -> None:
    records = [bench.record(FIVE[0]), bench.record(FIVE[3]), bench.record(FIVE[4])]
    await bench.feed_records(*records)
    await bench.discard(STREAM, 4, "missing-for-good")
    await bench.release(STREAM)
    assert await fed_again(bench, *records) == "1 4 5"
    assert await bench.gate(STREAM) == 5


async def test_what_was_let_go_for_a_false_claim_takes_no_sound_event_along(bench: Bench) -> None:
    claims = bench.record(FIVE[2], ce_id=b"")
    records = [bench.record(FIVE[0]), claims, bench.record(FIVE[1]), bench.record(FIVE[2])]
    await bench.feed_records(*records[:2])
    await bench.discard(STREAM, 3, "not-an-event")
    await bench.feed_records(*records[2:])
    assert await bench.trail() == {STREAM: "1 2 3"}
    assert await fed_again(bench, *records) == "1 2 3"


async def test_an_unusable_event_at_the_end_of_its_stream_leaves_no_hole(bench: Bench) -> None:
    bad = bench.record(FIVE[1], ce_id=b"")
    await bench.feed_records(bench.record(FIVE[0]), bad)
    await bench.discard(STREAM, 2, "not-an-event")
    assert await fed_again(bench, bench.record(FIVE[0]), bad) == "1"
    async with bench.kernel.engine.connect() as connection:
        gates = await connection.exec_driver_sql(
            "SELECT version FROM applied WHERE reader = 'trail@2' AND topic = $1", (TOPIC,)
        )
        assert [row.version for row in gates] == [2]
