"""Takes each public event into the feed once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.catalog.feed import EventListed
from events.sourcing.decider import Decider


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEvent:
    """`stream_version` is the event's place in the stream it comes from."""

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


Listed = int
"""The last version of the source stream that was listed, 0 for none."""


def decide(command: ListEvent, listed: Listed) -> Sequence[EventListed]:
    """An event that was listed is not listed again."""
    if command.stream_version <= listed:
        return []
    return [
        EventListed(
            event_id=command.event_id,
            source=command.source,
            stream=command.stream,
            stream_version=command.stream_version,
            name=command.name,
            occurred_at=command.occurred_at,
            classification=command.classification,
            correlation_id=command.correlation_id,
            causation_id=command.causation_id,
            data=command.data,
        )
    ]


def evolve(_: Listed, event: EventListed) -> Listed:
    """How far the source stream has been listed."""
    return event.stream_version


feed: Decider[ListEvent, Listed, EventListed] = Decider(
    "feed", 0, decide, evolve, last_says_all=True
)
