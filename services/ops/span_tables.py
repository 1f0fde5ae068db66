"""Where spans are kept: not derived from events, so what is thrown away here does not come back."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

span_tables = MetaData()

span = Table(
    "span",
    span_tables,
    Column("trace_id", Text, primary_key=True),
    Column("span_id", Text, primary_key=True),
    Column("parent_span_id", Text),
    Column("name", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("began_ns", BigInteger, nullable=False),
    Column("took_ns", BigInteger, nullable=False),
    Column("failed", Boolean, nullable=False),
    Column("attributes", JSONB, nullable=False),
    Column("arrival", BigInteger, Identity(), nullable=False),
    Column("arrived_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("span_by_arrival", "arrival"),
    comment="A stop of the road as a service exported it; began_at is on the platform's clock.",
)

span_link = Table(
    "span_link",
    span_tables,
    Column("trace_id", Text, primary_key=True),
    Column("span_id", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("to_trace_id", Text, nullable=False),
    Column("to_span_id", Text, nullable=False),
    ForeignKeyConstraint(
        ["trace_id", "span_id"], ["span.trace_id", "span.span_id"], ondelete="CASCADE"
    ),
    Index("span_link_by_target", "to_trace_id"),
    comment="Which span a span follows, mostly in another trace.",
)
