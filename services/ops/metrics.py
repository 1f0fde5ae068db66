"""The pulse as metrics for Prometheus, beside what every service says of itself."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from events.edge.metrics import figures_of
from events.sourcing.kernel import Kernel
from services.ops import queries
from services.ops.answers import pulse_minutes
from services.ops.api import SHOWN_MINUTES
from services.ops.figures import figures
from services.ops.keeper import SpanKeeper

router = APIRouter(tags=["operations"])


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Events counted in all and in the last full minute, and how soon they were visible."""
    kernel: Kernel = request.app.state.kernel
    spans: SpanKeeper = request.app.state.spans
    now = kernel.clock()
    async with kernel.reading.connect() as connection:
        counted = await queries.totals(connection)
        minutes = pulse_minutes(await queries.pulse_since(connection, now - SHOWN_MINUTES))
    registry = CollectorRegistry()
    total = Gauge("concord_events_counted", "Events in all", ["service"], registry=registry)
    for service, count in counted.items():
        total.labels(service).set(count)
    for name, value in figures(minutes, [], now=now).items():
        if value is not None:
            Gauge(f"concord_{name}", "Of the last full minute", registry=registry).set(value)
    kept = Gauge("concord_spans", "Spans since the start", ["what"], registry=registry)
    kept.labels("kept").set(spans.kept)
    kept.labels("turned_away").set(spans.turned_away)
    own = await figures_of(kernel)
    return Response(own + generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
