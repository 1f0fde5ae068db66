"""What a reader makes of forks, retractions, gaps it was told to go on without, and releases."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Executable, text, update

from contracts.sample import NOON
from events.sourcing.applier import apply_together
from events.sourcing.given_up import GivenUp
from events.sourcing.kernel_tables import checkpoint, parked, retracted_event
from events.sourcing.standing import Fenced
from events.sourcing.types import Conflict, Recorded
from tests.support.applier_suite import TALLY, project
from tests.support.applying import STREAM, TOPIC, Reader, item, unreadable, void, with_a_reader
from tests.support.in_memory import execute, rows_of


@with_a_reader()
async def test_what_comes_in_order_is_applied_and_the_checkpoint_stands_behind_it(
    reader: Reader,
) -> None:
    assert await reader.feed(item(1, position=4), item(2, position=9)) == [1, 2]
    assert await reader.stands() == [(STREAM, 2, 9)]
    assert await rows_of(reader.kernel, checkpoint) == [
        {"reader": "sums", "topic": TOPIC, "partition": 0, "next_offset": 2}
    ]
    assert await reader.applier.start_of(TOPIC, 0) == 2
    assert await reader.applier.start_of(TOPIC, 1) == 0
    assert await reader.applier.starts() == {(TOPIC, 0): 2}
    assert await reader.applier.version_of(STREAM) == 2
    assert await reader.applier.version_of("note-2") == 0
    other = Reader(reader.kernel, name="other")
    assert await other.applier.starts() == {}
    assert await other.applier.version_of(STREAM) == 0


@with_a_reader()
async def test_what_waits_behind_a_hole_is_released_in_order_once_it_is_filled(
    reader: Reader,
) -> None:
    assert await reader.feed(item(1), item(3)) == [1]
    (row,) = await rows_of(reader.kernel, parked)
    assert (row["class_"], row["reason"]) == ("hole", "version 3 after 1")
    assert (row["record"], row["parked_at"]) == (b"3", NOON)
    assert await reader.feed(item(4)) == []
    assert await reader.feed(item(2)) == []
    assert await reader.parked() == [(2, "ready"), (3, "hole"), (4, "behind")]
    behind = (await rows_of(reader.kernel, parked))[-1]
    assert behind["reason"] == "an earlier event of this stream is parked"
    assert (await rows_of(reader.kernel, parked))[0]["reason"] == (
        "nothing stands before it any more"
    )
    assert await reader.release(item(2), item(3), item(4)) == ([2, 3, 4], False)
    assert (await reader.parked(), await reader.stands()) == ([], [(STREAM, 4, 4)])
    assert await reader.feed(item(5)) == [5]


@with_a_reader()
async def test_poison_stays_where_it_is_and_only_what_failed_counts_as_tried(
    reader: Reader,
) -> None:
    assert await reader.feed(item(1, bad=True), item(2), item(1, stream="note-2")) == [1]
    (first, second) = await rows_of(reader.kernel, parked)
    assert (first["class_"], first["reason"]) == ("poison", "ValueError")
    assert second["class_"] == "behind"
    await execute(reader.kernel, update(parked).values(tries=3))
    assert await reader.release(item(1, bad=True), item(2)) == ([], True)
    (first, second) = await rows_of(reader.kernel, parked)
    assert (first["class_"], second["class_"]) == ("poison", "behind")
    assert (first["tries"], first["tried_at"]) == (4, NOON)
    assert (second["tries"], second["tried_at"]) == (3, None)
    assert await reader.release(item(1), item(2)) == ([1, 2], False)


@with_a_reader()
async def test_what_comes_twice_is_taken_once(reader: Reader) -> None:
    assert await reader.feed(item(1, position=4), item(2, position=9)) == [1, 2]
    assert await reader.feed(item(1, position=4), item(2, position=9)) == []
    assert (await reader.parked(), reader.taken) == ([], [(STREAM, 1), (STREAM, 2)])


@with_a_reader()
async def test_another_event_at_a_version_that_was_applied_stops_a_read_model(
    reader: Reader,
) -> None:
    await reader.feed(item(1, position=4), item(2, position=9))
    assert await reader.feed(item(2, position=10), item(3, position=11)) == []
    (first, second) = await rows_of(reader.kernel, parked)
    assert (first["version"], first["class_"]) == (2, "forked")
    assert first["reason"] == (
        "another version 2 was applied: the journal it came from was restored to an earlier"
        " moment; rebuild this read model"
    )
    assert (second["version"], second["class_"]) == (3, "ready")


@with_a_reader()
async def test_what_was_applied_and_comes_again_unreadable_is_passed_over(reader: Reader) -> None:
    await reader.feed(item(1, position=4))
    assert await reader.feed(unreadable(1)) == []
    assert await reader.parked() == []


@with_a_reader(can_be_rebuilt=False)
async def test_a_process_goes_on_with_another_event_at_the_same_version(reader: Reader) -> None:
    await reader.feed(item(1, position=4), item(2, position=9))
    assert await reader.feed(item(2, position=10), item(3, position=11)) == [2, 3]
    assert (await reader.parked(), await reader.stands()) == ([], [(STREAM, 3, 11)])


@with_a_reader()
async def test_a_read_model_that_rests_on_a_void_event_stops(reader: Reader) -> None:
    await reader.feed(item(1, position=4), item(2, position=9))
    assert await reader.feed(void(2, 9), item(3, position=12)) == []
    (first, second) = await rows_of(reader.kernel, parked)
    assert (first["version"], first["class_"]) == (2, "retracted")
    assert first["reason"].startswith("version 2 was applied and is void: ")
    assert first["reason"].endswith("rebuild this read model")
    assert second["version"] == 3
    assert await rows_of(reader.kernel, retracted_event) == [
        {"service": "notes", "position": 9, "event_id": UUID(int=9)}
    ]


@with_a_reader()
async def test_a_void_event_that_was_not_applied_stops_nobody(reader: Reader) -> None:
    """What was not applied rests on nothing."""
    await reader.feed(item(1, position=4))
    assert await reader.feed(void(2, 9), item(2, position=12)) == [2]
    assert await reader.feed(void(2, 9, behind=11), item(3, position=13)) == [3]
    assert await reader.parked() == []


@with_a_reader(can_be_rebuilt=False)
async def test_a_process_goes_back_before_a_void_event_and_on(reader: Reader) -> None:
    await reader.feed(item(1, position=4), item(2, position=9), item(3, position=10))
    assert await reader.feed(void(2, 9, behind=10)) == []
    assert await reader.stands() == [(STREAM, 1, 8)]
    assert await reader.feed(item(2, position=12)) == [2]
    assert await reader.parked() == []


@with_a_reader(newest_wins=True)
async def test_a_void_state_makes_room_for_the_one_that_follows(reader: Reader) -> None:
    await reader.feed(item(5, position=9))
    assert await reader.feed(void(5, 9, is_last=False)) == []
    assert await reader.stands() == [(STREAM, 0, 0)]
    assert await reader.feed(item(5, position=12)) == [5]


@with_a_reader(newest_wins=True)
async def test_a_void_state_that_nothing_follows_stops_its_stream(reader: Reader) -> None:
    await reader.feed(item(5, position=9))
    assert await reader.feed(void(5, 9)) == []
    assert await reader.parked() == [(5, "retracted")]


@with_a_reader(newest_wins=True)
async def test_of_whole_states_the_newest_wins_whatever_failed(reader: Reader) -> None:
    assert await reader.feed(item(3), item(2), item(7)) == [3, 7]
    assert await reader.feed(item(8, bad=True), item(9)) == [9]
    assert await reader.parked() == [], "a newer state leaves no older one behind"
    assert await reader.feed(item(8, bad=True)) == []
    assert await reader.feed(item(9, position=20), item(10, position=21)) == [9, 10]


@with_a_reader(newest_wins=True)
async def test_a_state_that_is_released_overtakes_the_one_before_it_that_fails_again(
    reader: Reader,
) -> None:
    assert await reader.feed(item(1, bad=True), item(2, bad=True)) == []
    assert await reader.parked() == [(1, "poison"), (2, "poison")]
    assert await reader.release(item(1, bad=True), item(2)) == ([2], False)
    assert await reader.parked() == []


@with_a_reader(gated=False)
async def test_without_a_gate_everything_that_comes_is_taken(reader: Reader) -> None:
    assert await reader.feed(item(5), item(5), item(3)) == [5, 5, 3]
    assert await reader.stands() == []
    assert await reader.feed(item(1, bad=True), item(2)) == []
    assert await reader.parked() == [(1, "poison"), (2, "behind")]
    assert await reader.release(item(2)) == ([2], False)


@with_a_reader(given_up=GivenUp(versions={(TOPIC, STREAM): [range(2, 4)]}))
async def test_what_was_given_up_is_gone_on_without(reader: Reader) -> None:
    assert await reader.feed(item(1), item(4), item(2), item(5)) == [1, 4, 5]
    assert await reader.parked() == []
    assert await reader.feed(item(3, position=50), item(6, position=51)) == [6]
    assert await reader.parked() == []


@with_a_reader(given_up=GivenUp(records=frozenset({((TOPIC, STREAM), 2)})))
async def test_a_record_that_nobody_believes_is_let_go_of(reader: Reader) -> None:
    assert await reader.feed(item(1), unreadable(2), item(2)) == [1, 2]
    assert await reader.feed(unreadable(3)) == []
    assert await reader.parked() == [(3, "undecodable")]


@with_a_reader()
async def test_a_sound_event_takes_the_place_of_a_bad_record_and_never_the_reverse(
    reader: Reader,
) -> None:
    await reader.feed(unreadable(1))
    assert await reader.feed(item(1)) == []
    (row,) = await rows_of(reader.kernel, parked)
    assert (row["class_"], row["record"]) == ("ready", b"1")
    await reader.feed(unreadable(1))
    (row,) = await rows_of(reader.kernel, parked)
    assert (row["class_"], row["record"]) == ("ready", b"1")


@with_a_reader()
async def test_of_two_bad_records_at_one_place_the_first_stays(reader: Reader) -> None:
    await reader.feed(unreadable(1))
    await reader.feed(replace(unreadable(1, "missing-id"), came=b"other"))
    (row,) = await rows_of(reader.kernel, parked)
    assert (row["class_"], row["record"]) == ("undecodable", b"bad")


@with_a_reader()
async def test_several_readers_apply_the_same_batches_in_one_commit(reader: Reader) -> None:
    other = Reader(reader.kernel, name="other", gated=False)
    batches = [
        reader.batch(item(1), item(2)),
        replace(reader.batch(item(1, stream="note-2")), partition=1),
    ]
    done = await apply_together([reader.applier, other.applier], batches)
    assert [[(one.stream, one.version) for one in some] for some in done] == [
        [(STREAM, 1), (STREAM, 2), ("note-2", 1)]
    ] * 2
    assert await other.applier.starts() == {(TOPIC, 0): 2, (TOPIC, 1): 1}
    assert await reader.applier.starts() == {(TOPIC, 0): 2, (TOPIC, 1): 1}
    tally = {row["stream"]: row["sum"] for row in await rows_of(reader.kernel, TALLY)}
    assert tally == {STREAM: 6, "note-2": 2}


@with_a_reader()
async def test_who_does_not_stand_at_the_checkpoint_is_fenced_and_takes_nothing(
    reader: Reader,
) -> None:
    await reader.feed(item(1))
    late = Reader(reader.kernel)
    with pytest.raises(Fenced, match=f"sums does not stand at 0 of {TOPIC}/0"):
        await late.feed(item(1))
    assert (late.taken, await reader.applier.starts()) == ([], {(TOPIC, 0): 1})


@with_a_reader()
async def test_a_fault_that_passes_is_raised_and_nothing_is_parked(reader: Reader) -> None:
    """At the first attempt, and at the second one, which goes event by event."""
    passing = Conflict("note-1", expected=0, actual=1)
    faults = iter([passing, ValueError(), passing])

    async def fail(_: Recorded[Any]) -> Sequence[Executable]:
        raise next(faults)

    reader.applier._take = fail
    for _ in range(2):
        with pytest.raises(Conflict):
            await reader.feed(item(1))
    assert await reader.parked() == []
    assert await reader.applier.starts() == {}


@with_a_reader()
async def test_an_event_that_fails_half_way_leaves_nothing_behind(reader: Reader) -> None:
    async def half(recorded: Recorded[Any]) -> Sequence[Any]:
        if recorded.version == 2:
            return [*project(recorded), text("SELECT nothing FROM nowhere")]
        return project(recorded)

    reader.applier._take = half
    assert await reader.feed(item(1), item(2)) == [1]
    assert await reader.parked() == [(2, "poison")]
    assert [row["sum"] for row in await rows_of(reader.kernel, TALLY)] == [1]


@with_a_reader()
async def test_where_a_stream_stands_says_nothing_of_another_stream_topic_or_reader(
    reader: Reader,
) -> None:
    other = Reader(reader.kernel, name="another")
    await other.feed(item(1, position=50), item(1, position=2, stream="note-2"))
    await reader.feed(item(1, position=9), item(1, position=20, stream="note-2"))
    elsewhere = reader.batch(item(1, position=60), topic="body.events")
    await reader.applier.apply(replace(elsewhere, start=0, end=1))
    assert await reader.feed(item(1, position=15, stream="note-2")) == []
    assert await reader.parked() == []
    assert await reader.feed(item(1, position=10)) == []
    assert await reader.parked() == [(1, "forked")]
