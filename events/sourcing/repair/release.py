"""Releases and discards by operators: decided and recorded first, then carried out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from events.catalog.repair import EventDiscarded
from events.sourcing.kernel import Kernel
from events.sourcing.parking import Place
from events.sourcing.repair.domain import DiscardEvent, Held, ReleaseStream, repair, stream_of
from events.sourcing.repair.held import first_at, locked_at
from events.sourcing.repair.passing import go_on_without, is_meant
from events.sourcing.repair.taking import following, take_again
from events.sourcing.standing import hold_topic
from events.sourcing.types import Context, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What was recorded, how many events were taken, and what stands first now, if anything."""

    receipt: Receipt
    taken: int
    held: Held | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard:
    """Which event is to be gone on without, and why."""

    version: int
    because: str
    reference: str | None = None


class Repairs:
    """Repairs of one service's readers, beside the readers as they run.

    What arrives for a reader while its checkpoints on the topic are held is taken afterwards.
    Raises `Refused`, or what a passing fault raised.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        # One after the other: those who wait would keep connections from the one who works.
        self._turn = asyncio.Lock()

    async def release(self, place: Place, context: Context) -> Repaired:
        """Take what is parked of a stream again; what fails stands where it stood.

        A crash on the way leaves parked what was not taken.
        """
        async with self._turn:
            async with self._still(place) as (_, held):
                command = ReleaseStream(
                    place=place, held=held, by=context.actor, at=self._kernel.clock()
                )
                receipt = await self._record(command, context)
            taken = await take_again(self._kernel, place)
        return await self._repaired(place, receipt, taken)

    async def discard(self, place: Place, discard: Discard, context: Context) -> Repaired:
        """Go on without the event that stands first, or without what is missing before it.

        A crash after it was recorded leaves it parked: asked again, it is carried out.
        """
        async with self._turn, self._still(place) as (connection, held):
            command = DiscardEvent(
                place=place,
                version=discard.version,
                because=discard.because,
                reference=discard.reference,
                held=held,
                by=context.actor,
                at=self._kernel.clock(),
            )
            receipt = await self._record(command, context)
            decided = await self._decided(receipt)
            if held is not None and is_meant(decided, held, repeated=receipt.repeated):
                await go_on_without(connection, place, held, decided)
        return await self._repaired(place, receipt, 0)

    async def first(self, place: Place) -> Held | None:
        """What stands first there, if anything is parked."""
        async with self._kernel.reading.connect() as connection:
            return await self._first(connection, place)

    @asynccontextmanager
    async def _still(self, place: Place) -> AsyncIterator[tuple[AsyncConnection, Held | None]]:
        """A transaction in which nobody else takes anything of this reader's topic."""
        reader, topic, _ = place
        async with self._kernel.engine.begin() as connection:
            await hold_topic(connection, reader, topic)
            await locked_at(connection, place, limit=1)
            yield connection, await self._first(connection, place)

    async def _first(self, connection: AsyncConnection, place: Place) -> Held | None:
        reader = following(self._kernel, place)
        return await first_at(connection, place, reader.applier if reader else None)

    async def _record(self, command: ReleaseStream | DiscardEvent, context: Context) -> Receipt:
        """At once, as a reader is held up meanwhile."""
        stream = stream_of(self._kernel.service, command.place)
        return await self._kernel.handle(repair, stream, command, replace(context, may_wait=False))

    async def _decided(self, receipt: Receipt) -> EventDiscarded:
        """What stands in the record, since now or since it was asked before, is carried out."""
        rows = await self._kernel.journal.read_stream(receipt.stream)
        (row,) = (row for row in rows if row.event_id in receipt.event_ids)
        (recorded,) = await self._kernel.desk.open([row])
        decided: EventDiscarded = recorded.event
        return decided

    async def _repaired(self, place: Place, receipt: Receipt, taken: int) -> Repaired:
        return Repaired(receipt=receipt, taken=taken, held=await self.first(place))
