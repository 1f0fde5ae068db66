"""Reads what ops keeps: matters, traces, and the pulse."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ARRAY, ColumnElement, Text, any_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.kernel_tables import checkpoint
from services.ops.projection import JOURNEY, journey
from services.ops.pulse_table import pulse, pulse_reached
from services.ops.sighting_table import sighting
from services.ops.span_tables import span, span_link

Rows: TypeAlias = Sequence[Any]

MOST_EVENTS = 2_000
MOST_SPANS = 2_000
RECENT_EVENTS = 500
"""The newest matters are looked for among so many newest events."""
NEWEST_MATTERS = 12


async def events_of(connection: AsyncConnection, correlation_id: str) -> Rows:
    """A matter's events in time order, at most `MOST_EVENTS`."""
    query = (
        select(journey)
        .where(journey.c.correlation_id == correlation_id)
        .order_by(journey.c.recorded_at, journey.c.service, journey.c.position)
        .limit(MOST_EVENTS)
    )
    return (await connection.execute(query)).all()


async def matter_of(connection: AsyncConnection, wanted: str) -> str | None:
    """The matter with this id, or the one an event with this id belongs to."""
    found = or_(journey.c.correlation_id == wanted, journey.c.event_id == wanted)
    query = select(journey.c.correlation_id).where(found).limit(1)
    matter: str | None = await connection.scalar(query)
    return matter


async def matters_of(connection: AsyncConnection, trace_id: str) -> Sequence[str]:
    """The matters whose events were recorded in this trace."""
    query = select(journey.c.correlation_id).where(journey.c.trace_id == trace_id).distinct()
    return (await connection.scalars(query.order_by(journey.c.correlation_id))).all()


async def newest_matters(connection: AsyncConnection) -> Rows:
    """The matters of the newest events: first event, when, how many, through which services."""
    newest = (
        select(journey.c.correlation_id, journey.c.recorded_at)
        .order_by(journey.c.recorded_at.desc())
        .limit(RECENT_EVENTS)
        .subquery()
    )
    chosen = (
        select(newest.c.correlation_id)
        .group_by(newest.c.correlation_id)
        .order_by(func.max(newest.c.recorded_at).desc())
        .limit(NEWEST_MATTERS)
    )
    in_time = (journey.c.recorded_at, journey.c.service, journey.c.position)
    query = (
        select(
            journey.c.correlation_id,
            func.array_agg(aggregate_order_by(journey.c.name, *in_time)).label("names"),
            func.min(journey.c.recorded_at).label("began_at"),
            func.count().label("events"),
            func.array_agg(aggregate_order_by(journey.c.service, *in_time)).label("services"),
        )
        .where(journey.c.correlation_id.in_(chosen))
        .group_by(journey.c.correlation_id)
        .order_by(func.max(journey.c.recorded_at).desc())
    )
    return (await connection.execute(query)).all()


async def spans_of(connection: AsyncConnection, trace_ids: Collection[str]) -> Rows:
    """Every span of these traces, as they began."""
    if not trace_ids:
        return []
    return await _spans(connection, span.c.trace_id.in_(trace_ids))


async def spans_linked_to(connection: AsyncConnection, trace_ids: Collection[str]) -> Rows:
    """The spans of other traces that follow one of these traces."""
    if not trace_ids:
        return []
    linked = select(span_link.c.trace_id, span_link.c.span_id).where(
        span_link.c.to_trace_id.in_(trace_ids), span_link.c.trace_id.not_in(trace_ids)
    )
    ids = {(row.trace_id, row.span_id) for row in (await connection.execute(linked)).all()}
    traces, spans = {trace for trace, _ in ids}, {one for _, one in ids}
    return await _spans(connection, span.c.trace_id.in_(traces) & span.c.span_id.in_(spans))


async def links_of(connection: AsyncConnection, trace_id: str) -> Rows:
    """Links from and to a trace, each with the names of both ends where they were received."""
    ends, starts = span.alias("ends"), span.alias("starts")
    query = (
        select(
            span_link.c.trace_id,
            span_link.c.span_id,
            span_link.c.to_trace_id,
            span_link.c.to_span_id,
            starts.c.name,
            starts.c.service,
            ends.c.name.label("to_name"),
            ends.c.service.label("to_service"),
        )
        .join(starts, _same(starts, span_link.c.trace_id, span_link.c.span_id))
        .outerjoin(ends, _same(ends, span_link.c.to_trace_id, span_link.c.to_span_id))
        .where(or_(span_link.c.trace_id == trace_id, span_link.c.to_trace_id == trace_id))
        .order_by(starts.c.began_ns, span_link.c.ordinal)
        .limit(MOST_SPANS)
    )
    return (await connection.execute(query)).all()


async def journey_reached(connection: AsyncConnection) -> Rows:
    """How far the journey has come in each partition of each topic."""
    place = (checkpoint.c.topic, checkpoint.c.partition, checkpoint.c.next_offset)
    query = select(*place).where(checkpoint.c.reader == JOURNEY.name)
    return (await connection.execute(query)).all()


async def pulse_counted(connection: AsyncConnection) -> Rows:
    """How far the pulse has counted each partition of each topic."""
    return (await connection.execute(select(pulse_reached))).all()


async def moments_of(
    connection: AsyncConnection, event_ids: Collection[str]
) -> dict[str, datetime]:
    """When these events became visible in the journey, as far as that was noted."""
    asked = any_(cast([*event_ids], ARRAY(Text)))
    rows = await connection.execute(select(sighting).where(sighting.c.event_id == asked))
    return {row.event_id: row.seen_at for row in rows}


async def kept_spans(connection: AsyncConnection) -> dict[str, int]:
    """How many spans are kept of each service."""
    query = select(span.c.service, func.count().label("spans")).group_by(span.c.service)
    return {row.service: row.spans for row in (await connection.execute(query)).all()}


async def pulse_since(connection: AsyncConnection, since: datetime) -> Rows:
    """The figures of every minute from `since` on."""
    query = select(pulse).where(pulse.c.minute >= since).order_by(pulse.c.minute.desc())
    return (await connection.execute(query)).all()


async def totals(connection: AsyncConnection) -> dict[str, int]:
    """How many events of each service the pulse has counted in all."""
    newest = (
        select(pulse.c.service, func.max(pulse.c.total).label("total"))
        .group_by(pulse.c.service, pulse.c.topic, pulse.c.partition)
        .subquery()
    )
    query = select(newest.c.service, func.sum(newest.c.total).label("total")).group_by(
        newest.c.service
    )
    return {row.service: int(row.total) for row in (await connection.execute(query)).all()}


async def _spans(connection: AsyncConnection, which: ColumnElement[bool]) -> Rows:
    query = select(span).where(which).order_by(span.c.began_ns, span.c.span_id).limit(MOST_SPANS)
    return (await connection.execute(query)).all()


def _same(table: Any, trace_id: Any, span_id: Any) -> ColumnElement[bool]:
    same: ColumnElement[bool] = (table.c.trace_id == trace_id) & (table.c.span_id == span_id)
    return same
