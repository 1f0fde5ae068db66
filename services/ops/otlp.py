"""Reads what services export: spans by OTLP over HTTP, in protobuf or JSON, plain or gzipped."""

import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
from google.protobuf.json_format import (  # type: ignore[import-untyped]
    ParseDict,
    ParseError,
)
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanProto
from opentelemetry.proto.trace.v1.trace_pb2 import Status

Attributes: TypeAlias = dict[str, str | int | float | bool]

MOST_BYTES = 16 * 1024 * 1024
"""What one request may hold when unpacked."""
GZIP = 16 + zlib.MAX_WBITS
HEX_IDS = frozenset({"traceId", "spanId", "parentSpanId"})
KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")


class Unreadable(Exception):
    """The request is not what it says it is."""


class TooLarge(Exception):
    """The request holds more than is taken at once."""


@dataclass(frozen=True, slots=True)
class SpanLink:
    """The span that another one follows, mostly in another trace."""

    trace_id: str
    span_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One stop of the road; moments in nanoseconds since 1970 on the sender's real clock."""

    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    service: str
    kind: str
    began_ns: int
    ended_ns: int
    failed: bool
    attributes: Attributes
    links: tuple[SpanLink, ...]


def read_spans(body: bytes, *, content_type: str, encoding: str) -> list[Span]:
    """Every span of a request; raises `Unreadable` or `TooLarge`."""
    plain = _unpacked(body) if encoding == "gzip" else body
    if len(plain) > MOST_BYTES:
        raise TooLarge
    try:
        asked = _from_json(plain) if "json" in content_type else _from_protobuf(plain)
    except (DecodeError, ParseError, msgspec.DecodeError, ValueError) as cause:
        raise Unreadable(type(cause).__name__) from cause
    return list(_spans(asked))


def _unpacked(body: bytes) -> bytes:
    """A small request may unpack to a huge one, so it is unpacked only so far."""
    unpacker = zlib.decompressobj(GZIP)
    try:
        plain = unpacker.decompress(body, MOST_BYTES)
    except zlib.error as cause:
        raise Unreadable("gzip") from cause
    if unpacker.unconsumed_tail:
        raise TooLarge
    return plain


def _from_protobuf(body: bytes) -> ExportTraceServiceRequest:
    asked = ExportTraceServiceRequest()
    asked.ParseFromString(body)
    return asked


def _from_json(body: bytes) -> ExportTraceServiceRequest:
    asked = ExportTraceServiceRequest()
    ParseDict(_with_base64_ids(msgspec.json.decode(body)), asked, ignore_unknown_fields=True)
    return asked


def _with_base64_ids(value: Any) -> Any:
    """OTLP's JSON writes ids in hexadecimal; protobuf's JSON reads bytes in base64."""
    if isinstance(value, list):
        return [_with_base64_ids(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: b64encode(bytes.fromhex(one)).decode() if name in HEX_IDS else _with_base64_ids(one)
        for name, one in value.items()
    }


def _spans(asked: ExportTraceServiceRequest) -> Iterator[Span]:
    for resource in asked.resource_spans:
        service = str(_attributes(resource.resource.attributes).get("service.name", "unknown"))
        for scope in resource.scope_spans:
            for span in scope.spans:
                if len(span.trace_id) == 16 and len(span.span_id) == 8:  # noqa: PLR2004 - their lengths in OTLP
                    yield _span(span, service)


def _span(span: SpanProto, service: str) -> Span:
    return Span(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_span_id=span.parent_span_id.hex() or None,
        name=_clean(span.name),
        service=_clean(service),
        kind=KINDS[span.kind] if span.kind < len(KINDS) else KINDS[0],
        began_ns=span.start_time_unix_nano,
        ended_ns=max(span.end_time_unix_nano, span.start_time_unix_nano),
        failed=span.status.code == Status.STATUS_CODE_ERROR,
        attributes=_attributes(span.attributes),
        links=tuple(SpanLink(link.trace_id.hex(), link.span_id.hex()) for link in span.links),
    )


def _attributes(pairs: Any) -> Attributes:
    read: Mapping[str, KeyValue] = {pair.key: pair for pair in pairs}
    return {_clean(name): _value(pair.value) for name, pair in read.items()}


def _value(value: AnyValue) -> str | int | float | bool:
    match value.WhichOneof("value"):
        case "string_value":
            return _clean(value.string_value)
        case "int_value":
            return value.int_value
        case "double_value":
            return value.double_value
        case "bool_value":
            return value.bool_value
        case _:
            return _clean(str(value).strip())


def _clean(text: str) -> str:
    """Text that a database takes."""
    return text.replace("\0", "�")
