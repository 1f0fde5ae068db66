"""Spans as a service exports them: made with the SDK, encoded as its exporter encodes them."""

from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, StatusCode, Tracer


class Recorder:
    """A service's tracer whose spans are kept for the test to send."""

    def __init__(self, service: str) -> None:
        self._kept = InMemorySpanExporter()
        provider = TracerProvider(resource=Resource.create({"service.name": service}))
        provider.add_span_processor(SimpleSpanProcessor(self._kept))
        self.tracer: Tracer = provider.get_tracer("test")

    def spans(self) -> Sequence[ReadableSpan]:
        return self._kept.get_finished_spans()

    def body(self) -> bytes:
        encoded: bytes = encode_spans(self.spans()).SerializeToString()
        return encoded


def a_request_and_its_reader() -> tuple[Recorder, Recorder]:
    """A request with an append that failed once, and a reader elsewhere that follows it."""
    sender, reader = Recorder("registry"), Recorder("policy")
    said: dict[str, str | int] = {"stream": "talent-1", "position": 7}
    with (
        sender.tracer.start_as_current_span("registry.http") as request,
        sender.tracer.start_as_current_span("talent.append", attributes=said) as append,
    ):
        append.set_status(StatusCode.ERROR)
    link = Link(request.get_span_context())
    with reader.tracer.start_as_current_span("standing.project", links=[link]):
        pass
    return sender, reader


def trace_ids(recorder: Recorder) -> list[str]:
    return [f"{span.context.trace_id:032x}" for span in recorder.spans() if span.context]
