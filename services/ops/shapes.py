"""The shapes in which ops answers programs: matters, traces, the pulse, how services stand."""

from datetime import datetime

from pydantic import BaseModel, JsonValue

from events.edge.parked import HeldStreamOut


class JourneyEventOut(BaseModel):
    """An event of a matter, in the service that recorded it; never what it says."""

    service: str
    stream: str
    version: int
    position: int
    name: str
    event_id: str
    causation_id: str | None
    recorded_at: datetime
    actor: str | None
    traceparent: str | None
    trace_id: str | None


class MatterOut(BaseModel):
    """A matter's events in time order, and the traces it can be opened with."""

    correlation_id: str
    events: list[JourneyEventOut]
    traces: list[str]
    spans: int
    stale: bool


class SpanEndOut(BaseModel):
    """The other end of a link; nameless where that span was not received."""

    trace_id: str
    span_id: str
    name: str | None
    service: str | None


class SpanOut(BaseModel):
    span_id: str
    parent_span_id: str | None
    name: str
    service: str
    kind: str
    depth: int
    began_at: datetime
    offset_ms: float
    duration_ms: float
    error: bool
    attributes: dict[str, JsonValue]
    links: list[SpanEndOut]
    linked_from: list[SpanEndOut]


class TraceOut(BaseModel):
    """A trace's spans depth first."""

    trace_id: str
    began_at: datetime | None
    duration_ms: float
    correlation_ids: list[str]
    spans: list[SpanOut]
    stale: bool


class MinuteOut(BaseModel):
    """Events of each service in one minute, and how soon they were visible."""

    minute: datetime
    counts: dict[str, int]
    p50_ms: float | None
    p95_ms: float | None
    slowest_ms: float


class PulseOut(BaseModel):
    """The last hour, the newest minute first, and how many events were counted in all."""

    minutes: list[MinuteOut]
    totals: dict[str, int]
    stale: bool


class VouchedOut(BaseModel):
    """What a service says of its record: `whole` up to a position, `altered`, or `unsigned`."""

    state: str
    position: int
    signed_at: datetime | None
    trouble: str | None


class StandingOut(BaseModel):
    """How one service stands; none is what it did not say."""

    service: str
    healthy: bool
    position: int | None
    relay_lag: int | None
    consumer_lag: int | None
    parked: int | None
    record: VouchedOut | None
    spans: int


class FiguresOut(BaseModel):
    """Of the last full minute, and what is parked anywhere; none where nobody knows."""

    events_per_minute: int | None
    visible_p50_ms: float | None
    visible_p95_ms: float | None
    parked: int | None


class NewestMatterOut(BaseModel):
    correlation_id: str
    first_event: str
    began_at: datetime
    events: int
    services: list[str]


class OverviewOut(BaseModel):
    as_of: datetime
    services: list[StandingOut]
    figures: FiguresOut
    pulse: list[MinuteOut]
    rooms: list[str]
    matters: list[NewestMatterOut]
    stale: bool


class HeldByOut(HeldStreamOut):
    """A held stream, and the service whose reader holds it."""

    service: str


class HeldAnywhereOut(BaseModel):
    parked: list[HeldByOut]
    stale: bool
