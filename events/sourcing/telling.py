"""After a restore, tells those who heard of lost events that these never happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import tuple_, update
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.bus import Record, records_of
from events.sourcing.clock import Clock
from events.sourcing.desk import Desk, Unopened
from events.sourcing.kernel_tables import lost_event
from events.sourcing.losses import LostEvent, losses, restores
from events.sourcing.retraction import retraction_record
from events.sourcing.types import Recorded, WholeState


class Sender(Protocol):
    """Takes records to the bus."""

    async def send(self, records: list[Record]) -> None:
        """Return once every record is acknowledged; raise when one is not."""


class Teller:
    """Sends every retraction at least once, before anything recorded later leaves.

    On a topic of whole states, the newest state that holds follows.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        desk: Desk,
        sender: Sender,
        *,
        states: Mapping[type, WholeState],
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._desk = desk
        self._sender = sender
        self._states = states
        self._state_topics = {one.topic for one in states.values()}
        self._clock = clock

    async def tell(self) -> None:
        """Take back what was lost and not taken back yet; nothing to do on any other day."""
        async with self._engine.connect() as connection:
            untold = await losses(connection, untold=True)
            behind = {one.found_at: one.highest_published for one in await restores(connection)}
        if not untold:
            return
        holding = {
            one.left.stream: await self._state(one)
            for one in untold
            if one.left.topic in self._state_topics
        }
        records = [self._retraction(one, behind, holding) for one in untold]
        await self._sender.send([*records, *(one for one in holding.values() if one is not None)])
        await self._told(untold)

    def _retraction(
        self,
        lost: LostEvent,
        behind: Mapping[datetime, int],
        holding: Mapping[str, Record | None],
    ) -> Record:
        is_last = lost.left.topic in self._state_topics and holding[lost.left.stream] is None
        return retraction_record(
            lost.left,
            service=self._desk.service,
            behind=behind[lost.found_at],
            found_at=lost.found_at,
            value=None if is_last else b"",
        )

    async def _state(self, lost: LostEvent) -> Record | None:
        """The newest state of the stream that the journal still holds, as it leaves."""
        rows = await self._desk.journal.read_stream(lost.left.stream)
        for one in reversed(await self._desk.open_each(rows)):
            if (state := self._leaves(one)) is not None:
                return state
        return None

    def _leaves(self, one: Recorded[Any] | Unopened) -> Record | None:
        if isinstance(one, Unopened):
            return None
        records = records_of(one, published={}, states=self._states)
        return records[1] if len(records) > 1 else None

    async def _told(self, untold: list[LostEvent]) -> None:
        key = tuple_(lost_event.c.topic, lost_event.c.position, lost_event.c.event_id)
        told = [(one.left.topic, one.left.position, one.left.event_id) for one in untold]
        async with self._engine.begin() as connection:
            await connection.execute(
                update(lost_event).where(key.in_(told)).values(retracted_at=self._clock())
            )
