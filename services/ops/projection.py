"""What operators ask of the whole record: which events one matter led to, in every service."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from events.catalog.names import all_names
from events.sourcing.projector import Projection
from events.sourcing.statements import First, Statement
from events.sourcing.types import Recorded

journey_tables = MetaData()
journey = Table(
    "journey",
    journey_tables,
    Column("event_id", Text, primary_key=True),
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Text),
    Column("name", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("traceparent", Text),
    Column("trace_id", Text),
    Index("journey_by_matter", "correlation_id", "recorded_at"),
    Index("journey_by_trace", "trace_id"),
    Index("journey_by_time", "recorded_at"),
    Index("journey_by_place", "service", "position"),
    comment="An event of any service by its envelope alone, so that a matter can be followed.",
)


def project_journey(recorded: Recorded[Any]) -> Iterable[Statement]:
    """Every event takes one row, whatever it says."""
    yield First(
        journey,
        {
            "event_id": str(recorded.event_id),
            "correlation_id": recorded.correlation_id,
            "causation_id": recorded.causation_id,
            "name": recorded.name,
            "service": recorded.service,
            "stream": recorded.stream,
            "version": recorded.version,
            "position": recorded.position,
            "recorded_at": recorded.recorded_at,
            "actor": recorded.actor,
            "traceparent": recorded.traceparent,
            "trace_id": trace_of(recorded.traceparent),
        },
    )


def trace_of(traceparent: str | None) -> str | None:
    """The trace that a `traceparent` belongs to (W3C Trace Context: version-trace-parent-flags)."""
    parts = (traceparent or "").split("-")
    return parts[1] if len(parts) == 4 else None  # noqa: PLR2004 - the four parts of the format


def event_topics() -> tuple[str, ...]:
    """The topics on which the events of every category leave."""
    return tuple(sorted({f"{name.partition('.')[0]}.events" for name in all_names()}))


JOURNEY = Projection(
    name="journey", tables=journey_tables, project=project_journey, topics=event_topics()
)
