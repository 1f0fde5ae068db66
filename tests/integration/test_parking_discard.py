"""An event that is of no use is gone on without: by a decision in the record, and only that one."""

from collections.abc import AsyncIterator

import pytest

from events.catalog.repair import EventDiscarded
from events.sourcing.intake import UNCLAIMED
from events.sourcing.repair import release
from events.sourcing.standing import note_versions
from events.sourcing.types import Refused
from tests.support.kernel import context
from tests.support.parking import Bench, event, open_bench

STREAM = "note-1"
FIVE = [event(STREAM, version) for version in range(1, 6)]


@pytest.fixture
async def bench(postgres_url: str) -> AsyncIterator[Bench]:
    async with open_bench(postgres_url) as opened:
        yield opened


async def test_the_gate_moves_past_it_and_the_later_ones_can_be_released(bench: Bench) -> None:
    bench.broken.add((STREAM, 2))
    await bench.feed(*FIVE)
    done = await bench.discard(STREAM, 2, "without-effect")
    assert done.held is not None
    assert (done.held.version, done.held.kind) == (3, "ready")
    assert await bench.gate(STREAM) == 2
    assert await bench.trail() == {STREAM: "1"}
    assert (await bench.release(STREAM)).held is None
    assert await bench.trail() == {STREAM: "1 3 4 5"}


async def test_what_was_discarded_does_not_come_back(bench: Bench) -> None:
    bench.broken.add((STREAM, 2))
    await bench.feed(*FIVE[:2])
    await bench.discard(STREAM, 2, "without-effect")
    bench.broken.clear()
    await bench.feed(FIVE[1], FIVE[2])
    assert await bench.trail() == {STREAM: "1 3"}
    assert await bench.parked(STREAM) == []


async def test_a_hole_can_be_gone_on_without(bench: Bench) -> None:
    await bench.feed(FIVE[0], FIVE[3], FIVE[4])
    await bench.discard(STREAM, 4, "missing-for-good")
    (discarded,) = await bench.recorded()
    assert (discarded.first_version, discarded.last_version) == (2, 3)
    assert await bench.parked(STREAM) == [(4, "ready"), (5, "behind")]
    await bench.release(STREAM)
    assert await bench.trail() == {STREAM: "1 4 5"}


async def test_a_record_that_claims_no_version_moves_no_gate(bench: Bench) -> None:
    """Past it there would be nothing left to take."""
    await bench.feed(FIVE[0])
    await bench.feed_records(bench.record(FIVE[1], ce_streamversion=b"soon"))
    await bench.feed(FIVE[1])
    await bench.release(STREAM)
    (parked,) = await bench.rows(STREAM)
    assert parked.version >= UNCLAIMED
    await bench.discard(STREAM, parked.version, "not-an-event")
    assert (await bench.gate(STREAM), await bench.parked(STREAM)) == (2, [])
    await bench.feed(FIVE[2])
    assert await bench.trail() == {STREAM: "1 2 3"}


async def test_a_record_that_claims_too_high_a_version_takes_no_other_along(bench: Bench) -> None:
    await claims_too_much(bench)
    assert await bench.gate(STREAM) == 1
    await bench.feed(*FIVE[1:])
    assert await bench.trail() == {STREAM: "1 2 3 4 5"}


async def test_a_gate_that_believed_the_claim_would_lose_what_is_to_come(bench: Bench) -> None:
    """The control: the same with a gate moved to where the discarded record claimed to stand."""
    await claims_too_much(bench)
    async with bench.kernel.engine.begin() as connection:
        await note_versions(connection, {bench.at(STREAM): 5}, {})
    await bench.feed(*FIVE[1:])
    assert await bench.trail() == {STREAM: "1"}


async def claims_too_much(bench: Bench) -> None:
    await bench.feed(FIVE[0])
    await bench.feed_records(bench.record(FIVE[4], ce_id=b""))
    await bench.discard(STREAM, 5, "not-an-event")


async def test_behind_a_discarded_event_a_hole_shows(bench: Bench) -> None:
    await bench.feed(FIVE[0])
    await bench.feed_records(bench.record(FIVE[1], ce_id=b""))
    await bench.feed(FIVE[3])
    done = await bench.discard(STREAM, 2, "not-an-event")
    assert done.held is not None
    assert (done.held.kind, done.held.reason) == ("hole", "version 4 after 2")
    assert (await bench.release(STREAM)).taken == 0


async def test_of_a_whole_state_only_the_parked_one_is_let_go(postgres_url: str) -> None:
    async with open_bench(postgres_url, newest_wins=True) as bench:
        bench.broken.add((STREAM, 3))
        await bench.feed(FIVE[0], FIVE[2])
        await bench.discard(STREAM, 3, "without-effect")
        assert (await bench.gate(STREAM), await bench.parked(STREAM)) == (1, [])
        await bench.feed(FIVE[1])
        assert await bench.trail() == {STREAM: "1 2"}


async def test_who_decided_and_why_stands_in_the_record(bench: Bench) -> None:
    bench.broken.add((STREAM, 2))
    await bench.feed(*FIVE)
    await bench.discard(STREAM, 2, "recorded-elsewhere", context(actor="operator-pei"))
    assert await bench.recorded() == [
        EventDiscarded(
            reader="trail",
            topic="note.events",
            stream=STREAM,
            first_version=2,
            last_version=2,
            passed=True,
            kind="poison",
            reason="ZeroDivisionError",
            because="recorded-elsewhere",
            reference="INC-7",
            discarded_by="operator-pei",
            discarded_at=bench.place.clock(),
        )
    ]


@pytest.mark.parametrize(
    ("version", "because", "code"),
    [
        (3, "without-effect", "parked-stream-moved-on"),
        (2, "Zhang Wei says so", "discard-reason-unknown"),
        (2, "missing-for-good", "discard-reason-unfit"),
    ],
)
async def test_what_is_refused_changes_nothing(
    bench: Bench, version: int, because: str, code: str
) -> None:
    bench.broken.add((STREAM, 2))
    await bench.feed(*FIVE)
    before = await bench.rows(STREAM)
    with pytest.raises(Refused, match=code):
        await bench.discard(STREAM, version, because)
    assert (await bench.rows(STREAM), await bench.recorded()) == (before, [])


async def test_a_crash_after_it_was_recorded_leaves_it_parked_and_asked_again_it_is_done(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.broken.add((STREAM, 2))
    await bench.feed(*FIVE)

    async def crash(*_: object, **__: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as crashing:
        crashing.setattr(release, "go_on_without", crash)
        with pytest.raises(ConnectionResetError):
            await bench.discard(STREAM, 2, "without-effect", context("k"))
    assert (await bench.parked(STREAM))[0] == (2, "poison")
    again = await bench.discard(STREAM, 2, "without-effect", context("k"))
    assert again.receipt.repeated
    assert (await bench.parked(STREAM))[0] == (3, "ready")
    assert len(await bench.recorded()) == 1


async def test_the_same_key_does_not_discard_the_next_one(bench: Bench) -> None:
    bench.broken.update({(STREAM, 2), (STREAM, 3)})
    await bench.feed(*FIVE)
    first = await bench.discard(STREAM, 2, "without-effect", context("k"))
    await bench.release(STREAM)
    again = await bench.discard(STREAM, 2, "without-effect", context("k"))
    assert again.receipt.event_ids == first.receipt.event_ids
    assert (await bench.parked(STREAM))[0] == (3, "poison")
