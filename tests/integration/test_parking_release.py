"""A held stream is taken again in order, through the same gate, and stands where it fails again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from events.catalog.body import BodyEstablished
from events.catalog.names import all_names
from events.catalog.repair import StreamReleased
from events.sourcing.codec import Codec
from events.sourcing.repair.taking import AT_ONCE
from events.sourcing.types import Recorded, Refused
from tests.support.company import Waits, waiting_fails
from tests.support.kernel import Note, context, note
from tests.support.parking import Bench, event, open_bench

STREAM, OTHER = "note-1", "note-2"
FIVE = [event(STREAM, version) for version in range(1, 6)]


@pytest.fixture
async def bench(postgres_url: str) -> AsyncIterator[Bench]:
    async with open_bench(postgres_url) as opened:
        yield opened


async def poisoned(bench: Bench, *versions: int) -> None:
    """Five events of which these cannot be taken, and another stream that flows."""
    bench.broken.update((STREAM, version) for version in versions)
    await bench.feed(*FIVE, event(OTHER, 1))
    assert await bench.trail() == {STREAM: "1", OTHER: "1"}


async def test_once_the_reader_is_mended_all_are_taken_in_order(bench: Bench) -> None:
    await poisoned(bench, 2)
    bench.broken.clear()
    done = await bench.release(STREAM)
    assert (done.taken, done.held) == (4, None)
    assert await bench.trail() == {STREAM: "1 2 3 4 5", OTHER: "1"}
    assert await bench.parked(STREAM) == []
    await bench.feed(event(STREAM, 6))
    assert (await bench.trail())[STREAM] == "1 2 3 4 5 6"


async def test_what_fails_again_stands_where_it_stood_under_what_is_wrong_now(
    bench: Bench,
) -> None:
    await poisoned(bench, 2)
    before = await bench.rows(STREAM)

    async def fail_otherwise(_: Recorded[Any]) -> None:
        raise KeyError

    bench.before.asked = fail_otherwise
    bench.place.clock.advance(timedelta(hours=1))
    done = await bench.release(STREAM)
    assert done.taken == 0
    assert done.held is not None
    assert (done.held.version, done.held.kind, done.held.waiting) == (2, "poison", 3)
    rows = await bench.rows(STREAM)
    assert [(row.version, row.class_) for row in rows] == [
        (2, "poison"),
        (3, "behind"),
        (4, "behind"),
        (5, "behind"),
    ]
    assert [row.record for row in rows] == [row.record for row in before]
    assert (rows[0].reason, rows[0].tries) == ("KeyError", 2)
    assert (rows[0].parked_at, rows[0].tried_at) == (
        before[0].parked_at,
        before[0].parked_at + timedelta(hours=1),
    )
    assert [row.tries for row in rows[1:]] == [1, 1, 1]
    assert await bench.trail() == {STREAM: "1", OTHER: "1"}


async def test_a_second_failure_further_on_holds_up_what_stands_behind_it_alone(
    bench: Bench,
) -> None:
    await poisoned(bench, 2, 4)
    bench.broken.remove((STREAM, 2))
    done = await bench.release(STREAM)
    assert done.taken == 2
    assert (await bench.trail())[STREAM] == "1 2 3"
    assert await bench.parked(STREAM) == [(4, "poison"), (5, "behind")]


async def test_a_missing_version_that_comes_late_lets_the_stream_be_released(bench: Bench) -> None:
    await bench.feed(FIVE[0], FIVE[3], FIVE[4])
    assert await bench.parked(STREAM) == [(4, "hole"), (5, "behind")]
    done = await bench.release(STREAM)
    assert (done.taken, await bench.parked(STREAM)) == (0, [(4, "hole"), (5, "behind")])
    await bench.feed(FIVE[1], FIVE[2])
    assert (await bench.parked(STREAM))[:2] == [(2, "ready"), (3, "behind")]
    done = await bench.release(STREAM)
    assert (done.taken, done.held) == (4, None)
    assert (await bench.trail())[STREAM] == "1 2 3 4 5"


async def test_of_two_missing_versions_the_second_may_come_first(bench: Bench) -> None:
    await bench.feed(FIVE[0], FIVE[3], FIVE[2])
    await bench.release(STREAM)
    assert (await bench.trail())[STREAM] == "1"
    assert await bench.parked(STREAM) == [(3, "hole"), (4, "behind")]
    await bench.feed(FIVE[1])
    await bench.release(STREAM)
    assert (await bench.trail())[STREAM] == "1 2 3 4"


async def test_many_are_taken_in_several_commits(bench: Bench) -> None:
    many = [event(STREAM, version) for version in range(1, 2 * AT_ONCE + 11)]
    bench.broken.add((STREAM, 1))
    await bench.feed(*many)
    bench.broken.clear()
    bench.broken.add((STREAM, 2 * AT_ONCE + 5))
    done = await bench.release(STREAM)
    assert done.taken == 2 * AT_ONCE + 4
    assert len(await bench.parked(STREAM)) == 6
    bench.broken.clear()
    assert (await bench.release(STREAM)).taken == 6
    assert (await bench.trail())[STREAM].split() == [str(one.version) for one in many]


async def test_a_passing_fault_leaves_everything_as_it_was(bench: Bench) -> None:
    await poisoned(bench, 2)
    before = await bench.rows(STREAM)
    bench.broken.clear()

    async def pass_by(recorded: Recorded[Any]) -> None:
        if recorded.version == 4:
            raise TimeoutError

    bench.before.asked = pass_by
    with pytest.raises(TimeoutError):
        await bench.release(STREAM)
    assert await bench.rows(STREAM) == before
    assert await bench.trail() == {STREAM: "1", OTHER: "1"}
    bench.before.asked = None
    assert (await bench.release(STREAM)).taken == 4


async def test_a_newer_release_of_the_service_takes_what_the_older_one_did_not_know(
    bench: Bench,
) -> None:
    newer = b"body.established.v2"
    await bench.feed_records(bench.record(FIVE[0], ce_type=newer), bench.record(FIVE[1]))
    assert await bench.parked(STREAM) == [(1, "newer-version"), (2, "behind")]
    names = {**all_names(), newer.decode(): BodyEstablished}
    bench.reader.intake = replace(bench.reader.intake, codec=Codec(names))
    assert (await bench.release(STREAM)).taken == 2


async def test_what_was_recorded_ahead_of_time_is_taken_once_the_time_has_come(
    bench: Bench,
) -> None:
    ahead = replace(FIVE[0], recorded_at=FIVE[0].recorded_at + timedelta(hours=8))
    await bench.feed(ahead)
    assert (await bench.release(STREAM)).taken == 0
    assert await bench.parked(STREAM) == [(1, "clock-off")]
    bench.place.clock.advance(timedelta(hours=8))
    assert (await bench.release(STREAM)).taken == 1


async def test_of_whole_states_one_that_a_newer_one_overtakes_is_let_go_and_the_others_are_tried(
    postgres_url: str,
) -> None:
    async with open_bench(postgres_url, newest_wins=True) as bench:
        bench.broken.update({(STREAM, 1), (STREAM, 3), (STREAM, 4)})
        await bench.feed(*FIVE[:4])
        assert await bench.trail() == {STREAM: "2"}
        assert await bench.parked(STREAM) == [(3, "poison"), (4, "poison")]
        assert (await bench.release(STREAM)).taken == 0
        bench.broken.remove((STREAM, 4))
        assert (await bench.release(STREAM)).taken == 1
        assert await bench.trail() == {STREAM: "2 4"}
        assert await bench.parked(STREAM) == []


async def test_who_released_it_and_what_it_was_held_for_stands_in_the_record(
    bench: Bench,
) -> None:
    await poisoned(bench, 2)
    bench.broken.clear()
    await bench.release(STREAM, context(actor="operator-pei"))
    assert await bench.recorded() == [
        StreamReleased(
            reader="trail",
            topic="note.events",
            stream=STREAM,
            version=2,
            kind="poison",
            reason="ZeroDivisionError",
            waiting=3,
            released_by="operator-pei",
            released_at=bench.place.clock(),
        )
    ]


async def test_asked_twice_under_one_key_it_is_recorded_once(bench: Bench) -> None:
    await poisoned(bench, 2)
    bench.broken.clear()
    first = await bench.release(STREAM, context("k"))
    again = await bench.release(STREAM, context("k"))
    assert again.receipt.event_ids == first.receipt.event_ids
    assert (again.receipt.repeated, again.taken) == (True, 0)
    assert len(await bench.recorded()) == 1


async def test_a_repair_waits_for_no_company_as_it_holds_a_reader_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await poisoned(bench, 2)
    bench.broken.clear()
    asked = replace(context(), may_wait=True)
    waiting_fails(monkeypatch)
    with pytest.raises(Waits):
        await bench.kernel.handle(note, OTHER, Note(), asked)
    assert (await bench.release(STREAM, asked)).taken == 4


async def test_only_what_is_parked_can_be_released(bench: Bench) -> None:
    await poisoned(bench, 2)
    with pytest.raises(Refused, match="parked-stream-not-found"):
        await bench.release(OTHER)
    with pytest.raises(Refused, match="reader-not-found"):
        await bench.repairs.release(("nobody", "note.events", STREAM), context())
    assert await bench.recorded() == []
