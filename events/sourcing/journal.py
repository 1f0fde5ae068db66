"""What a journal promises, whether it lives in PostgreSQL or in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

import msgspec

from events.sourcing.types import Context, OnDuty


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event in its stored bytes, on its way into a journal."""

    stream: str
    version: int
    event_id: UUID
    name: str
    payload: bytes
    metadata: bytes


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a journal."""

    position: int
    stream: str
    version: int
    event_id: UUID
    name: str
    payload: bytes
    metadata: bytes
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is stored beside each payload; `traceparent` is where the event was made."""

    command_id: UUID
    actor: str
    correlation_id: str
    causation_id: str | None
    traceparent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """The events of one command over one or more streams: all of them or none.

    `expected` gives the version each stream must be at, 0 for a new one; a stream may be asserted
    without being written. `actor` and `key` say which command it is; `body` is the hash of what
    was asked, `target` what it was asked of. With `on_duty` it is recorded only in that turn.
    """

    actor: str
    key: str
    target: str
    body: bytes
    expected: Mapping[str, int]
    events: Sequence[NewEvent]
    on_duty: OnDuty | None = None

    def __post_init__(self) -> None:
        """Raises `ValueError` unless each stream's versions follow on its expected one."""
        reached = dict(self.expected)
        for event in self.events:
            if event.version != reached.get(event.stream, -1) + 1:
                raise ValueError(f"version {event.version} of a stream does not follow")
            reached[event.stream] = event.version


class Appended(msgspec.Struct, frozen=True, kw_only=True):
    """Where the events went; `None` when there were none. `repeated`: it was asked before."""

    first_position: int | None
    last_position: int | None
    repeated: bool


class Journal(Protocol):
    """Positions rise by one in the order of commits; a stream's versions rise by one from 1."""

    async def append(self, append: Append) -> Appended:
        """Record a command's events once.

        Raises `Conflict`, `KeyReused`, `Relieved` or `Overloaded`.
        """

    async def read_stream(
        self, stream: str, *, overtaken: tuple[str, ...] = ()
    ) -> Sequence[StoredEvent]:
        """The events of one stream, oldest first.

        All of them, but of those under the names that are `overtaken` the newest alone.
        """

    async def read_last(self, stream: str) -> Sequence[StoredEvent]:
        """The last event of one stream alone; none where there is none."""

    async def read_after(self, position: int, *, limit: int) -> Sequence[StoredEvent]:
        """The events behind a position, in order; complete up to the last one returned."""

    async def find(self, event_id: UUID) -> StoredEvent | None:
        """One event by its id."""

    async def last_position(self) -> int:
        """The highest position, 0 when nothing has happened."""

    async def asked_before(self, actor: str, key: str) -> tuple[str, bytes, Appended] | None:
        """Target, body hash and outcome of a command asked before under this key."""


def event_id_of(command_id: UUID, ordinal: int) -> UUID:
    """The id of a command's n-th event: the same whenever the command is repeated."""
    return uuid5(command_id, str(ordinal))


def metadata_of(context: Context) -> bytes:
    """The stored bytes of what goes beside an event."""
    return msgspec.json.encode(
        Metadata(
            command_id=context.command_id,
            actor=context.actor,
            correlation_id=context.correlation_id,
            causation_id=context.causation_id,
            traceparent=context.traceparent,
        )
    )


def read_metadata(stored: bytes) -> Metadata:
    """What was stored beside an event."""
    return msgspec.json.decode(stored, type=Metadata)
