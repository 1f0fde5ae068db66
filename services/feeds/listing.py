"""From an event as it arrived to the command that lists it."""

from typing import Any

from events.sourcing.types import Recorded
from services.feeds.domain import ListEvent
from services.feeds.handed_out import handed_out


def listing_of(recorded: Recorded[Any]) -> ListEvent:
    """The command; its data is what agencies are handed of the event."""
    return ListEvent(
        event_id=str(recorded.event_id),
        source=f"/services/{recorded.service}",
        stream=recorded.stream,
        stream_version=recorded.version,
        name=recorded.name,
        occurred_at=recorded.recorded_at,
        classification=recorded.classification,
        correlation_id=recorded.correlation_id,
        causation_id=recorded.causation_id,
        data=handed_out(recorded.event),
    )
