"""A span for each stop of the road; ids and positions in it, never a payload, never a name."""

import hmac
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode

TOKEN_HEADER = "X-Concord-Spans"  # noqa: S105 - the name of a header, not what it carries

_tracer = trace.get_tracer("concord")


def spans_token(secret: bytes) -> str:
    """What shows that spans come from the platform itself, derived from its secret."""
    return hmac.digest(secret, b"concord/spans", "sha256").hex()


def export_spans(*, service: str, endpoint: str, secret: bytes) -> TracerProvider:
    """Send this process's spans by OTLP over HTTP to `endpoint`; shut it down at the end."""
    # Spans are worth having and not worth a line for each batch while their receiver is away.
    logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    exporter = exporter_to(endpoint, secret=secret)
    provider.add_span_processor(
        BatchSpanProcessor(exporter, schedule_delay_millis=500, max_queue_size=8192)
    )
    trace.set_tracer_provider(provider)
    return provider


def exporter_to(endpoint: str, *, secret: bytes) -> OTLPSpanExporter:
    """Sends spans with the token that ops asks for."""
    return OTLPSpanExporter(
        endpoint=f"{endpoint.rstrip('/')}/v1/traces",
        headers={TOKEN_HEADER: spans_token(secret)},
        timeout=2,
    )


@contextmanager
def span(
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    links: Sequence[str | None] = (),
    **attributes: str | int,
) -> Iterator[Span]:
    """A span under the current one, linked to other traces by their `traceparent`."""
    if not _is_recorded():
        yield trace.get_current_span()
        return
    known = [link for traceparent in links if (link := _link(traceparent)) is not None]
    with _tracer.start_as_current_span(
        name,
        kind=kind,
        links=known,
        attributes=dict(attributes),
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield current
        except Exception as failure:
            # The type alone: what an error says may quote what somebody typed.
            current.set_status(Status(StatusCode.ERROR, type(failure).__name__))
            raise


def _is_recorded() -> bool:
    """Whether anybody takes spans; where nobody does, each would be made for nothing."""
    nobody = type(trace.get_tracer_provider()) is trace.ProxyTracerProvider
    return not (nobody and type(_tracer) is trace.ProxyTracer)


def current_traceparent() -> str | None:
    """Where we are, in W3C Trace Context form; none outside a recorded trace."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def continued(traceparent: str | None) -> Iterator[None]:
    """Go on in the trace of a request that carried this `traceparent`."""
    if traceparent is None:
        yield
        return
    context = propagate.extract({"traceparent": traceparent})
    with trace.use_span(trace.get_current_span(context), end_on_exit=False):
        yield


def _link(traceparent: str | None) -> Link | None:
    if traceparent is None:
        return None
    context = trace.get_current_span(propagate.extract({"traceparent": traceparent}))
    found = context.get_span_context()
    return Link(found) if found.is_valid else None
