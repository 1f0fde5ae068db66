"""Spans arrive in protobuf or JSON with everything a trace page needs."""

import gzip

import msgspec
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from services.ops.otlp import Span, SpanLink, TooLarge, Unreadable, read_spans
from tests.support.spans import a_request_and_its_reader, trace_ids

TRACE, SPAN, PARENT, OTHER = "0af7" * 8, "b7ad" * 4, "00f0" * 4, "4bf9" * 8
JSON_BODY = msgspec.json.encode(
    {
        "resourceSpans": [
            {
                "resource": {
                    "attributes": [{"key": "service.name", "value": {"stringValue": "policy"}}]
                },
                "scopeSpans": [
                    {
                        "spans": [
                            {
                                "traceId": TRACE,
                                "spanId": SPAN,
                                "parentSpanId": PARENT,
                                "name": "policy.http",
                                "kind": 2,
                                "startTimeUnixNano": "1000",
                                "endTimeUnixNano": "3000",
                                "status": {"code": 2},
                                "attributes": [{"key": "position", "value": {"intValue": "7"}}],
                                "links": [{"traceId": OTHER, "spanId": PARENT}],
                                "somethingNew": True,
                            }
                        ]
                    }
                ],
            }
        ]
    }
)


def read(body: bytes, *, content_type: str = "application/x-protobuf") -> list[Span]:
    return read_spans(body, content_type=content_type, encoding="")


def test_json_says_the_same_as_protobuf() -> None:
    assert read(JSON_BODY, content_type="application/json; charset=utf-8") == [
        Span(
            trace_id=TRACE,
            span_id=SPAN,
            parent_span_id=PARENT,
            name="policy.http",
            service="policy",
            kind="server",
            began_ns=1000,
            ended_ns=3000,
            failed=True,
            attributes={"position": 7},
            links=(SpanLink(OTHER, PARENT),),
        )
    ]


def test_a_link_is_kept_as_it_was_sent() -> None:
    sender, reader = a_request_and_its_reader()
    (span,) = read(reader.body())
    assert [link.trace_id for link in span.links] == trace_ids(sender)[:1]


def test_a_span_without_a_proper_id_is_passed_over() -> None:
    asked = ExportTraceServiceRequest()
    asked.resource_spans.add().scope_spans.add().spans.add(trace_id=b"short", span_id=b"short")
    assert read(asked.SerializeToString()) == []


@pytest.mark.parametrize("content_type", ["application/json", "application/x-protobuf"])
def test_what_is_not_otlp_is_unreadable(content_type: str) -> None:
    with pytest.raises(Unreadable):
        read(b"\xff{", content_type=content_type)


def test_a_small_body_that_unpacks_to_a_huge_one_is_too_large() -> None:
    bomb = gzip.compress(bytes(17 * 1024 * 1024))
    with pytest.raises(TooLarge):
        read_spans(bomb, content_type="application/x-protobuf", encoding="gzip")
