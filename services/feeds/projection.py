"""What agencies read: every listed event by its place in the feed."""

from collections.abc import Iterable

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

from events.catalog.feed import EventListed
from events.sourcing.projector import Projection
from events.sourcing.statements import First, Statement
from events.sourcing.types import Recorded

listed_tables = MetaData()
listed = Table(
    "listed",
    listed_tables,
    Column("cursor", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("stream_version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("classification", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Text),
    Column("data", Text),
    Index("listed_by_name", "name", "cursor"),
    comment="An event other agencies may read, at its place in the feed.",
)


def project_listed(recorded: Recorded[EventListed]) -> Iterable[Statement]:
    """A listed event takes the place it has in the feed's journal."""
    e = recorded.event
    row = {
        "cursor": recorded.position,
        "event_id": e.event_id,
        "source": e.source,
        "stream": e.stream,
        "stream_version": e.stream_version,
        "name": e.name,
        "occurred_at": e.occurred_at,
        "classification": e.classification,
        "correlation_id": e.correlation_id,
        "causation_id": e.causation_id,
        "data": e.data,
    }
    yield First(listed, row)


LISTED = Projection(name="listed", tables=listed_tables, project=project_listed)
