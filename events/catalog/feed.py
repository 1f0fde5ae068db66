"""What was taken into the feed that other agencies read."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventListed:
    """One public event of a service as it may leave; `data` is JSON text, none for an envelope."""

    event_id: str
    source: str
    stream: str
    stream_version: int
    name: str
    occurred_at: datetime
    classification: str
    correlation_id: str
    causation_id: str | None
    data: str | None


NAMES: dict[str, type] = {"feed.event-listed.v1": EventListed}
