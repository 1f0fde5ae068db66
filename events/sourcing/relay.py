"""Carries the journal to Kafka: every event, in order, at least once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.bus import Record, records_of
from events.sourcing.clock import elapsed
from events.sourcing.desk import Unopened
from events.sourcing.direct import at_once
from events.sourcing.lease import Lease, LostLease
from events.sourcing.losses import know_topics
from events.sourcing.reader import LINKS
from events.sourcing.standstill import StandsStill, Standstill
from events.sourcing.tail import Tail, traceparent_of
from events.sourcing.telemetry import span
from events.sourcing.transient import called_off, jittered, let_go
from events.sourcing.types import Published, Recorded, WholeState
from events.sourcing.wake import Wake

BATCH = 1000
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0

_STANDS = text("SELECT position FROM relay_pointer WHERE token = :token")
_MOVE = text(
    "UPDATE relay_pointer SET position = :to, leased_until = clock_timestamp() + :lease"
    " WHERE token = :token AND position = :at RETURNING position"
)
_GO_BACK = text(
    "UPDATE relay_pointer SET position = :to, token = token + 1, leased_until = '-infinity'"
    " WHERE position > :to"
)

_log = logging.getLogger(__name__)


class Sender(Protocol):
    """Takes records to the bus."""

    async def send(self, records: list[Record]) -> None:
        """Return once every record is acknowledged by all replicas; raise when one is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """What leaves in one batch: some events, up to a position, as records."""

    events: int
    end: int
    records: list[Record]
    links: Sequence[str | None]

    @property
    def states(self) -> bool:
        """Whether something in it is the newest state of a key."""
        return len(self.records) > self.events


async def nothing_to_check() -> None:
    """Stands in where nobody else remembers what has left."""


class Relay:
    """The only way out of a service. One relay is active, by a lease with a fencing token.

    One that was paused past its lease makes duplicates, which readers drop. On a compacted topic
    they would stay as the last state, so it lets all be said again from where it had begun.
    Nothing leaves before `check`, which raises `StandsStill` where going on would mislead others.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        tail: Tail,
        sender: Sender,
        *,
        published: Mapping[type, Published],
        states: Mapping[type, WholeState],
        wake: Wake,
        check: Callable[[], Awaitable[None]] = nothing_to_check,
    ) -> None:
        self._engine = engine
        self._lease = Lease(engine, "relay_pointer", "single")
        self._tail = tail
        self._sender = sender
        self._published = published
        self._states = states
        self._wake = wake
        self._check = check
        self._topics: set[str] = set()
        self._stating_from: int | None = None
        self.position = 0
        self.standstill: Standstill | None = None

    async def run(self) -> None:
        """Carry events until cancelled; backs off with jitter while Kafka does not answer."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = self.position
            try:
                await self._hold_lease()
            except LostLease:
                _log.warning("another relay took over")
            except StandsStill as found:
                self._stand_still(found.standstill)
            except (Exception, asyncio.CancelledError) as failure:
                if called_off():
                    raise
                # The pointer stands; what failed is sent again.
                _log.warning("relay waits after %s", type(failure).__name__)
            moved = self.position > began
            pause = FIRST_PAUSE_SECONDS if moved else min(pause * 2, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(jittered(pause))

    async def _hold_lease(self) -> None:
        await self._set_right()
        claimed = await self._claim()
        if claimed is None:
            return
        self.position, token = claimed
        try:
            await self._check()
            self.standstill = None
            renewed = elapsed()
            while True:
                if await self.carry(token):
                    renewed = elapsed()
                elif self._lease.is_due(renewed):
                    await self._lease.renew(token)
                    renewed = elapsed()
                await self._wake.wait()
        finally:
            await let_go(self._set_right())
            await let_go(self._lease.release(token))

    def _stand_still(self, standstill: Standstill) -> None:
        if standstill != self.standstill:
            self.standstill = standstill
            _log.error("the relay stands still: %s; %s", standstill.reason, standstill.remedy)

    async def carry(self, token: int) -> int:
        """Send all there is and move the pointer behind each batch; how many events left.

        The next batch is read while the bus acknowledges the one before.
        """
        carried = 0
        load = await self._load(self.position)
        while load.events:
            ahead = asyncio.create_task(self._load_behind(load))
            try:
                await self._know(load.records)
                self._stating_from = self.position if load.states else None
                with span("relay.send", links=load.links, events=load.events, position=load.end):
                    await self._sender.send(load.records)
                await self._move(token, load.end)
                self._stating_from = None
            except BaseException:
                ahead.cancel()
                await asyncio.gather(ahead, return_exceptions=True)
                raise
            carried += load.events
            load = await ahead
        return carried

    async def _set_right(self) -> None:
        """Where another relay went on meanwhile, states may stand behind newer ones: again, then.

        Whoever has the lease loses it and begins there, so that the newest is said last.
        """
        if self._stating_from is not None:
            async with self._engine.begin() as connection:
                await connection.execute(_GO_BACK, {"to": self._stating_from})
            self._stating_from = None

    async def _know(self, records: Sequence[Record]) -> None:
        """Remember where something is said before it is, so that it can be looked for there."""
        new = {record.topic for record in records} - self._topics
        if new:
            async with self._engine.begin() as connection:
                await know_topics(connection, new)
            self._topics |= new

    async def _load_behind(self, load: _Load) -> _Load:
        """What follows; nothing behind a load that was not full, until the bell rings."""
        if load.events < BATCH:
            return _Load(events=0, end=load.end, records=[], links=[])
        return await self._load(load.end)

    async def _load(self, position: int) -> _Load:
        found = await self._tail.after(position, limit=BATCH)
        return _Load(
            events=len(found),
            end=found[-1].row.position if found else position,
            records=[record for one in found for record in self._records(one.opened)],
            links=[traceparent_of(one) for one in found[:LINKS]],
        )

    def _records(self, opened: Recorded[Any] | Unopened) -> list[Record]:
        """What cannot be read here still leaves as its envelope."""
        recorded = opened.envelope if isinstance(opened, Unopened) else opened
        return records_of(recorded, published=self._published, states=self._states)

    async def _claim(self) -> tuple[int, int] | None:
        """Where the pointer stands and whose it is now; `None` while another relay holds it."""
        async with self._engine.begin() as connection:
            token = await self._lease.claim(connection)
            if token is None:
                return None
            stands = (await connection.execute(_STANDS, {"token": token})).first()
        if stands is None:
            raise LostLease
        return stands.position, token

    async def _move(self, token: int, to: int) -> None:
        there = {"to": to, "token": token, "at": self.position, "lease": self._lease.length}
        if not await at_once(self._engine, _MOVE, there):
            raise LostLease
        self.position = to
