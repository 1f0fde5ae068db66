"""An event as it arrives from another service's journal."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from events.sourcing.types import Recorded

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def recorded(
    event: Any,
    *,
    name: str,
    stream: str,
    version: int = 1,
    classification: str = "internal",
) -> Recorded[Any]:
    """Its place is its version; without an event only the envelope left."""
    return Recorded(
        event=event,
        name=name,
        event_id=UUID(int=version),
        service="policy",
        stream=stream,
        version=version,
        position=version,
        recorded_at=NOON,
        actor="clerk",
        correlation_id="matter-1",
        causation_id=None,
        classification=classification,
    )
