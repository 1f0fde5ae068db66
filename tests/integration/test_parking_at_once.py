"""A release beside the running reader, and beside another release: each event once, in order.

Each promise has its control: the same with the locks or the gate taken away goes wrong.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing import applier, parking
from events.sourcing.repair import release, taking
from events.sourcing.repair.held import Rows, parked_at
from events.sourcing.types import Recorded
from tests.support.kernel import until
from tests.support.locks import waits_for_a_lock
from tests.support.parking import Bench, event, open_bench

STREAM, OTHER = "note-1", "note-2"
FIVE = [event(STREAM, version) for version in range(1, 6)]


@pytest.fixture
async def bench(postgres_url: str) -> AsyncIterator[Bench]:
    """Versions 2 to 4 of the stream are parked, and the reader is mended."""
    async with open_bench(postgres_url) as opened:
        opened.broken.add((STREAM, 2))
        await opened.feed(*FIVE[:4])
        opened.broken.clear()
        yield opened


class Threshold:
    """Holds whoever takes version 3, and then whoever parks anything, until it lets them go."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._open = asyncio.Event()
        self._late = asyncio.Event()
        self.inside = 0
        self.parking = False
        bench.before.asked = self._ask

    async def _ask(self, recorded: Recorded[Any]) -> None:
        if recorded.version == 3:
            self.inside += 1
            await self._open.wait()

    async def until_inside(self, number: int = 1) -> None:
        await until(lambda: _is(self.inside >= number))

    async def until_somebody_waits_or_came_inside(self, task: "asyncio.Task[Any]") -> None:
        """A second one either waits for a lock of the first, or nothing keeps it back."""

        async def so() -> bool:
            waits = await waits_for_a_lock(self._bench.kernel)
            return waits or self.inside > 1 or self.parking or task.done()

        await until(so)

    def let_go(self) -> None:
        self._open.set()

    def let_park(self) -> None:
        self._late.set()

    async def park(self, *what: Any, **more: Any) -> None:
        self.parking = True
        await self._late.wait()
        await parking.park(*what, **more)


async def _is(true: bool) -> bool:
    return true


async def two_releases(bench: Bench) -> str:
    """Two operators release the same stream at once, each in a process of their own."""
    threshold = Threshold(bench)
    other = release.Repairs(bench.kernel)
    first = asyncio.create_task(bench.release(STREAM))
    await threshold.until_inside()
    bench.repairs = other
    second = asyncio.create_task(bench.release(STREAM))
    await threshold.until_somebody_waits_or_came_inside(second)
    threshold.let_go()
    await asyncio.gather(first, second, return_exceptions=True)
    return (await bench.trail())[STREAM]


async def release_while_more_arrives(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> str:
    """Version 5 and an event of another stream come while the release is under way.

    Whatever the reader would park of them, it would park when the release is over.
    """
    threshold = Threshold(bench)
    monkeypatch.setattr(applier, "park", threshold.park)
    releasing = asyncio.create_task(bench.release(STREAM))
    await threshold.until_inside()
    arriving = asyncio.create_task(bench.feed(FIVE[4], event(OTHER, 1)))
    await threshold.until_somebody_waits_or_came_inside(arriving)
    threshold.let_go()
    await releasing
    threshold.let_park()
    await arriving
    return (await bench.trail())[STREAM]


async def test_released_by_two_at_once_each_event_is_taken_once(bench: Bench) -> None:
    assert await two_releases(bench) == "1 2 3 4"
    assert await bench.parked(STREAM) == []


async def test_what_arrives_during_a_release_is_taken_behind_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await release_while_more_arrives(bench, monkeypatch) == "1 2 3 4 5"
    assert await bench.parked(STREAM) == []
    assert (await bench.trail())[OTHER] == "1"


async def test_what_arrives_during_a_release_that_fails_stays_behind(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.broken.add((STREAM, 4))
    assert await release_while_more_arrives(bench, monkeypatch) == "1 2 3"
    assert await bench.parked(STREAM) == [(4, "poison"), (5, "behind")]
    assert (await bench.trail())[OTHER] == "1"


async def test_without_locks_and_gate_two_releases_take_events_twice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the first promise."""
    take_the_locks_away(monkeypatch)
    bench.reader.applier.gated = False
    assert await two_releases(bench) != "1 2 3 4"
    assert sorted((await bench.trail())[STREAM].split()) == ["1", "2", "2", "3", "3", "4", "4"]


async def test_without_locks_what_arrives_during_a_release_stays_held(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the second promise: nothing stands before version 5 any more, and yet."""
    take_the_locks_away(monkeypatch)
    assert await release_while_more_arrives(bench, monkeypatch) == "1 2 3 4"
    assert [version for version, _ in await bench.parked(STREAM)] == [5]


def take_the_locks_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hold_nothing(*_: object) -> None:
        """Whoever comes goes on."""

    async def unlocked(
        connection: AsyncConnection, place: tuple[str, str, str], *, limit: int, after: int = 0
    ) -> Rows:
        return await parked_at(connection, place, limit=limit, after=after)

    for module in (release, taking):
        monkeypatch.setattr(module, "hold_topic", hold_nothing)
        monkeypatch.setattr(module, "locked_at", unlocked)
