"""What operators decide about events that a reader of a service could not take."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamReleased:
    """What is parked of a stream was to be taken again, from `version` on.

    `kind` and `reason` say why it was held, `waiting` how many later events stood behind.
    """

    reader: str
    topic: str
    stream: str
    version: int
    kind: str
    reason: str
    waiting: int
    released_by: str
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDiscarded:
    """A reader goes on without these versions of a stream, be they unusable or missing.

    `passed` says that they count as taken; a record whose claim to a version nobody believes is
    only let go. `because` is one of a few codes, `reference` a ticket elsewhere: letters and a
    number.
    """

    reader: str
    topic: str
    stream: str
    first_version: int
    last_version: int
    passed: bool
    kind: str
    reason: str
    because: str
    reference: str | None
    discarded_by: str
    discarded_at: datetime


RepairEvent: TypeAlias = StreamReleased | EventDiscarded

NAMES: dict[str, type] = {
    "repair.stream-released.v1": StreamReleased,
    "repair.event-discarded.v1": EventDiscarded,
}
