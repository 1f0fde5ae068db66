"""What a reader applies together is one span that links to where its events were made."""

import pytest
from aiokafka import TopicPartition
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from events.sourcing import telemetry
from events.sourcing.kernel import Kernel
from events.sourcing.projector import create_tables
from events.sourcing.reader import LINKS
from tests.support.applier_suite import TABLES
from tests.support.in_memory import an_event, play
from tests.support.reading import Play, record

P0 = TopicPartition("note.events", 0)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_where_nobody_takes_spans_none_is_made_and_the_trace_goes_on_as_it_came() -> None:
    with telemetry.continued(TRACE):
        around = trace.get_current_span()
        with telemetry.span("note.handle", stream="note-1") as current:
            assert current is around
            assert telemetry.current_traceparent() == TRACE
    with telemetry.span("note.handle") as current:
        assert not current.get_span_context().is_valid


def test_where_somebody_takes_spans_each_stop_makes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    with telemetry.span("note.handle", stream="note-1") as current:
        assert trace.get_current_span() is current
    (span,) = kept.get_finished_spans()
    assert (span.name, dict(span.attributes or {})) == ("note.handle", {"stream": "note-1"})


def test_a_batch_is_one_span_with_as_many_links_as_a_span_may_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    assert LINKS == 128

    async def scene(kernel: Kernel) -> None:
        await create_tables(kernel.engine, TABLES)
        reader = Play(kernel).reader()
        await reader._followed.check()
        await reader._starts([P0])
        events = [an_event(f"note-{n}", 1, position=n, traceparent=TRACE) for n in range(1, 131)]
        await reader._take(
            {P0: [record(P0, n, event) for n, event in enumerate(events)]}, reader._next
        )
        await reader._take({P0: []}, reader._next)
        await reader._take({}, reader._next)

    play(scene)
    (span,) = kept.get_finished_spans()
    assert (span.name, dict(span.attributes or {})) == ("sums.project", {"events": 130})
    assert len(span.links) == 128
