"""A parked event is changed, tried and let go of at its own place, and no other row is touched."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from contracts.sample import NOON
from events.sourcing.batches import Failed
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import parked
from events.sourcing.parking import Place, park, park_again, relabel, unpark, unpark_overtaken
from tests.support.applier_suite import item
from tests.support.in_memory import execute, play, rows_of

HERE: Place = ("sums", "note.events", "note-1")
ELSEWHERE: tuple[Place, ...] = (
    ("other", "note.events", "note-1"),
    ("sums", "body.events", "note-1"),
    ("sums", "note.events", "note-2"),
)
POISON = Failed(kind="poison", reason="ValueError")
LATER = NOON + timedelta(hours=1)


async def _parked(kernel: Kernel) -> None:
    """Two versions here, and one of them at every other place."""
    async with kernel.engine.begin() as connection:
        for place in (HERE, *ELSEWHERE):
            await park(connection, place, item(place[2], 1), POISON, moment=NOON)
        await park(connection, HERE, item("note-1", 2), POISON, moment=NOON)
    await execute(kernel, update(parked).values(tries=2))


async def _rows(kernel: Kernel) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    return {
        (row.pop("reader"), row.pop("topic"), row.pop("stream"), row.pop("version")): row
        for row in await rows_of(kernel, parked)
    }


PLAIN = {
    "record": b"{}",
    "class_": "poison",
    "reason": "ValueError",
    "parked_at": NOON,
    "tries": 2,
    "tried_at": None,
}
ALL = dict.fromkeys([*((*place, 1) for place in (HERE, *ELSEWHERE)), (*HERE, 2)], PLAIN)


def test_what_is_parked_stands_there_with_its_bytes_and_its_reason() -> None:
    async def scene(kernel: Kernel) -> None:
        await _parked(kernel)
        assert await _rows(kernel) == ALL

    play(scene)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("failed", "tried"),
    [
        (Failed(kind="forked", reason="another one"), {"tries": 3, "tried_at": LATER}),
        (Failed(kind="behind", reason="an earlier one"), {}),
    ],
)
def test_what_fails_again_says_what_is_wrong_now_and_what_only_waits_was_not_tried(
    failed: Failed, tried: dict[str, object], version: int
) -> None:
    async def scene(kernel: Kernel) -> None:
        await _parked(kernel)
        async with kernel.engine.begin() as connection:
            await park_again(connection, HERE, version, failed, moment=LATER)
        changed = {**PLAIN, "class_": failed.kind, "reason": failed.reason, **tried}
        assert await _rows(kernel) == {**ALL, (*HERE, version): changed}

    play(scene)


@pytest.mark.parametrize("version", [1, 2])
def test_something_else_is_said_of_one_event_alone(version: int) -> None:
    async def scene(kernel: Kernel) -> None:
        await _parked(kernel)
        async with kernel.engine.begin() as connection:
            await relabel(
                connection, HERE, version, Failed(kind="ready", reason="nothing before it")
            )
        changed = {**PLAIN, "class_": "ready", "reason": "nothing before it"}
        assert await _rows(kernel) == {**ALL, (*HERE, version): changed}

    play(scene)


def test_one_event_alone_is_let_go_of() -> None:
    async def scene(kernel: Kernel) -> None:
        await _parked(kernel)
        async with kernel.engine.begin() as connection:
            await unpark(connection, HERE, 1)
        assert await _rows(kernel) == {key: row for key, row in ALL.items() if key != (*HERE, 1)}

    play(scene)


def test_only_what_stands_before_a_version_is_overtaken_by_it() -> None:
    async def scene(kernel: Kernel) -> None:
        await _parked(kernel)
        async with kernel.engine.begin() as connection:
            await unpark_overtaken(connection, HERE, 2)
        assert await _rows(kernel) == {key: row for key, row in ALL.items() if key != (*HERE, 1)}

    play(scene)


def test_a_sound_event_takes_the_place_of_a_bad_record_and_keeps_its_moment() -> None:
    async def scene(kernel: Kernel) -> None:
        bad, good = replace(item("note-1", 1), came=b"bad"), item("note-1", 1)
        async with kernel.engine.begin() as connection:
            bad_kind = Failed(kind="undecodable", reason="X")
            await park(connection, HERE, bad, bad_kind, moment=NOON)
            await park(connection, HERE, good, POISON, moment=LATER)
            await park(connection, HERE, bad, bad_kind, moment=LATER)
        (row,) = (await _rows(kernel)).values()
        assert (row["record"], row["class_"], row["reason"]) == (b"{}", "poison", "ValueError")
        assert row["parked_at"] == NOON

    play(scene)
