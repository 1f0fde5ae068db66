"""What a service needs to record and to read back: its journal, its codec and its keys."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

import msgspec

from events.sourcing.codec import Codec, UnknownName
from events.sourcing.company import Company
from events.sourcing.journal import Journal, StoredEvent, read_metadata
from events.sourcing.sealing import Keyring, Keys, Unreadable
from events.sourcing.types import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened:
    """A stored event that cannot be read, and why; `envelope` is what surrounds it."""

    envelope: Recorded[None]
    failure: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One service's journal with everything that reads and writes it."""

    service: str
    journal: Journal
    codec: Codec
    keyring: Keyring
    company: Company = field(default_factory=Company, init=False, repr=False, compare=False)
    _turns: "WeakValueDictionary[str, asyncio.Lock]" = field(
        default_factory=WeakValueDictionary, init=False, repr=False, compare=False
    )

    async def open(self, rows: Sequence[StoredEvent]) -> list[Recorded[Any]]:
        """The events behind stored rows, with every sealed value that can still be read."""
        keys = await self.keyring.find(_subjects(rows))
        return [self._recorded(row, keys) for row in rows]

    def glance(self, rows: Sequence[StoredEvent]) -> list[Recorded[Any]]:
        """The events behind stored rows; what is sealed in them stays so, and reads as `None`."""
        return [self._recorded(row, {}) for row in rows]

    async def open_each(self, rows: Sequence[StoredEvent]) -> list[Recorded[Any] | Unopened]:
        """The same, but an event that cannot be read does not hide the others."""
        keys = await self.keyring.find(_subjects(rows))
        return [self._recorded_or_not(row, keys) for row in rows]

    @asynccontextmanager
    async def turn(self, streams: Iterable[str]) -> AsyncIterator[None]:
        """Commands of this process on the same stream decide one after the other.

        They would otherwise all decide on the same version, and all but one in vain.
        """
        async with AsyncExitStack() as held:
            for stream in sorted(set(streams)):
                await held.enter_async_context(self._turns.setdefault(stream, asyncio.Lock()))
            yield

    def _recorded_or_not(self, row: StoredEvent, keys: Keys) -> Recorded[Any] | Unopened:
        try:
            return self._recorded(row, keys)
        except _UNREADABLE as failure:
            return Unopened(envelope=self._envelope(row, None, row.name), failure=failure)

    def _recorded(self, row: StoredEvent, keys: Keys) -> Recorded[Any]:
        event = self.codec.decode(row.name, row.payload, event_id=row.event_id, keys=keys)
        return self._envelope(row, event, self.codec.name_of(event))

    def _envelope(self, row: StoredEvent, event: Any, name: str) -> Recorded[Any]:
        beside = read_metadata(row.metadata)
        return Recorded(
            event=event,
            name=name,
            event_id=row.event_id,
            service=self.service,
            stream=row.stream,
            version=row.version,
            position=row.position,
            recorded_at=row.recorded_at,
            actor=beside.actor,
            correlation_id=beside.correlation_id,
            causation_id=beside.causation_id,
            traceparent=beside.traceparent,
        )


_UNREADABLE = (
    UnknownName,
    Unreadable,
    msgspec.MsgspecError,
    RecursionError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
)
"""What reading a stored shape raises: an unknown name, another key, a form that does not fit."""

_SUBJECT = b'"talent_id":"'


def _subjects(rows: Iterable[StoredEvent]) -> set[str]:
    """The people named in sealed payloads, read without decoding."""
    return {
        row.payload.split(_SUBJECT, 1)[1].split(b'"', 1)[0].decode()
        for row in rows
        if _SUBJECT in row.payload and b'"sealed":' in row.payload
    }
