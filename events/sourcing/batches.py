"""What a reader applies at once: consecutive items of one partition, read or not readable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from events.sourcing.types import Recorded

JOURNAL = "journal"
"""The topic that a service's own journal is to its readers; it has one partition, 0."""

Arrived: TypeAlias = tuple[Sequence[tuple[str, bytes | None]], bytes | None]
"""The headers of a topic's record and its payload, wherever that came from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Why an event cannot be applied; says nothing about its content."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """An event of `service` is void; everything up to position `behind` may be, nothing later."""

    service: str
    event_id: UUID
    position: int
    behind: int
    is_last: bool
    """No state of this key follows that holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to apply: the event, or why it could not be read, and as what it came.

    A retraction is no event; it takes one back.
    """

    stream: str
    version: int
    recorded: Recorded[Any] | Failed
    came: bytes | Arrived
    retraction: Retraction | None = None

    @property
    def record(self) -> bytes:
        """The bytes to park; few are, so what came from a topic is only now written as such."""
        return self.came if isinstance(self.came, bytes) else msgspec.json.encode(self.came)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Consecutive items of one partition, from its checkpoint on."""

    topic: str
    partition: int
    start: int
    end: int
    items: Sequence[Item]


def traceparents(items: Sequence[Item], *, most: int) -> list[str | None]:
    """Where the first of these events were made, for a span to link to."""
    return [
        item.recorded.traceparent for item in items[:most] if isinstance(item.recorded, Recorded)
    ]
