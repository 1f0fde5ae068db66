"""From an event as it arrived to the command that lists it."""

from typing import Any

from events.sourcing.codec import public_text
from events.sourcing.types import Recorded
from services.feeds.domain import ListEvent


def listing_of(recorded: Recorded[Any]) -> ListEvent:
    """The command; its data is what the event says without its personal fields."""
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
        data=None if recorded.event is None else public_text(recorded.event),
    )
