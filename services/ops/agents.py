"""The stream that counts what is visible: tallies are safe before their events are handled."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeAlias

import msgspec
from faust.types import EventT

from events.sourcing.bus import read_record
from events.sourcing.clock import Clock
from events.sourcing.codec import Codec
from events.sourcing.faults import Undecodable
from events.sourcing.retraction import is_retraction
from events.sourcing.transient import is_transient
from services.ops.pulse import Arrival, Tally, counted, fresh_tally
from services.ops.visible import Journey, Waiting, take_visible

MOST_WAITING = 5_000

Publish: TypeAlias = Callable[[Sequence[Tally]], Awaitable[None]]

_log = logging.getLogger(__name__)
_envelopes = Codec({})


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

    def __init__(
        self, tallies: Tallies, *, publish: Publish, journey: Journey, clock: Clock
    ) -> None:
        self._tallies = tallies
        self._publish = publish
        self._journey = journey
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
        arrivals = [one.arrival for one in turn if one.arrival is not None]
        if arrivals:
            await take(arrivals, self._tallies, publish=self._publish)
        for one in turn:
            one.event.ack()

    async def _visible(self) -> list[Waiting]:
        turn, self._waiting = self._waiting, []
        try:
            ready, rest = await take_visible(turn, self._journey, now=self._clock())
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
        if after.total > before.total:
            figures[after.figure] = after
    await publish(list(figures.values()))
    for key, tally in newest.items():
        tallies[key] = msgspec.json.encode(tally)
    await tallies.safe()


def arrival(event: EventT[bytes]) -> Arrival | None:
    """What is counted of the event; none for a record that is no event.

    An event that is taken back was counted when it came.
    """
    message, headers = event.message, list(event.headers.items())
    if is_retraction(headers):
        return None
    try:
        recorded = read_record(_envelopes, value=None, headers=headers)
    except Undecodable:
        _log.warning("not an event: %s/%s@%s", message.topic, message.partition, message.offset)
        return None
    return Arrival(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        service=recorded.service,
        position=recorded.position,
        event_id=str(recorded.event_id),
        recorded_at=recorded.recorded_at,
    )


def _read(stored: bytes | None) -> Tally | None:
    return None if stored is None else msgspec.json.decode(stored, type=Tally)
