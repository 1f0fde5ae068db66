"""The stream that counts what is visible: tallies are safe before their events are handled."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias

import msgspec
from faust.types import EventT

from events.sourcing.bus import envelope_in, texts_of
from events.sourcing.clock import Clock
from events.sourcing.faults import Undecodable
from events.sourcing.retraction import is_retraction
from events.sourcing.transient import is_transient
from services.ops.pulse import Arrival, Tally, counted, fresh_tally
from services.ops.visible import Look, Waiting, take_visible

MOST_WAITING = 5_000

Publish: TypeAlias = Callable[[Sequence[Tally]], Awaitable[None]]

_log = logging.getLogger(__name__)


class Tallies(Protocol):
    """The worker's table: the tally of each key, as bytes."""

    def get(self, key: str, /) -> bytes | None:
        """A tally's bytes, if there is one."""

    def __setitem__(self, key: str, value: bytes, /) -> None:
        """Change a tally."""

    async def safe(self) -> None:
        """Return once every change so far is acknowledged by Kafka."""


class Counter:
    """Collects events as they come, and counts them in turns as they become visible.

    An event is acknowledged only when its turn is safe, so a turn that fails or is cut off is
    read again; what was counted of it is recognised by its position.
    """

    def __init__(self, tallies: Tallies, *, publish: Publish, look: Look, clock: Clock) -> None:
        self._tallies = tallies
        self._publish = publish
        self._look = look
        self._clock = clock
        self._waiting: list[Waiting] = []
        self._room = asyncio.Event()

    async def collect(self, stream: Any) -> None:
        """The agent: let each event wait until it is visible."""
        async for event in stream.noack().events():
            while len(self._waiting) >= MOST_WAITING:
                self._room.clear()
                await self._room.wait()
            self._waiting.append(Waiting(event=event, arrival=arrival(event)))

    async def count(self) -> None:
        """Count what has become visible since the last turn."""
        turn = await self._visible() if self._waiting else []
        if turn:
            arrivals = [one.arrival for one in turn]
            await take(arrivals, self._tallies, publish=self._publish)
        for one in turn:
            one.event.ack()

    async def _visible(self) -> list[Waiting]:
        turn, self._waiting = self._waiting, []
        try:
            ready, rest = await take_visible(turn, self._look, now=self._clock())
        except Exception as failure:
            if not is_transient(failure):
                raise
            _log.warning("the pulse waits after %s", type(failure).__name__)
            ready, rest = [], turn
        # What came meanwhile stands behind.
        self._waiting = [*rest, *self._waiting]
        self._room.set()
        return ready


async def take(arrivals: Sequence[Arrival], tallies: Tallies, *, publish: Publish) -> None:
    """Count a turn: figures leave before tallies, so that what is counted is also published.

    Killed in between, the worker counts the turn again from the old tallies to the same figures.
    """
    newest: dict[str, Tally] = {}
    figures: dict[str, Tally] = {}
    for one in arrivals:
        fresh = fresh_tally(one)
        before = newest.get(fresh.key) or _read(tallies.get(fresh.key)) or fresh
        after = counted(before, one)
        newest[after.key] = after
        if after.offset > before.offset:
            # Also where nothing was added: it tells how far was counted.
            figures[after.figure] = after
    await publish(list(figures.values()))
    for key, tally in newest.items():
        tallies[key] = msgspec.json.encode(tally)
    await tallies.safe()


def arrival(event: EventT[bytes]) -> Arrival:
    """What is counted of the event; a record that is no event is passed.

    So is what takes an event back: that event was counted when it came.
    """
    message, texts = event.message, texts_of(list(event.headers.items()))
    came = Arrival(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        recorded_at=datetime.fromtimestamp(message.timestamp, UTC),
    )
    try:
        recorded = envelope_in(texts)
    except Undecodable:
        _log.warning("not an event: %s/%s@%s", message.topic, message.partition, message.offset)
        return came
    if is_retraction(texts):
        return came
    return replace(
        came,
        service=recorded.service,
        position=recorded.position,
        event_id=str(recorded.event_id),
        recorded_at=recorded.recorded_at,
    )


def _read(stored: bytes | None) -> Tally | None:
    return None if stored is None else msgspec.json.decode(stored, type=Tally)
