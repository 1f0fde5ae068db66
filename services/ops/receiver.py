"""The door for spans: every service and the collector export here; nobody outside may."""

import hmac
from ipaddress import ip_address
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from google.protobuf.json_format import MessageToJson  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceResponse,
)

from events.sourcing.telemetry import TOKEN_HEADER, spans_token
from services.ops.keeper import SpanKeeper
from services.ops.otlp import MOST_BYTES, TooLarge, Unreadable, read_spans

router = APIRouter(tags=["traces"])


TAKEN: dict[str, Any] = {
    "content": {
        "application/x-protobuf": {"schema": {"type": "string", "format": "binary"}},
        "application/json": {
            "schema": {
                "type": "object",
                "description": "OTLP ExportTraceServiceResponse, empty where everything was taken",
                "properties": {
                    "partialSuccess": {
                        "type": "object",
                        "properties": {
                            "rejectedSpans": {"type": "string"},
                            "errorMessage": {"type": "string"},
                        },
                    }
                },
            }
        },
    }
}


@router.post("/v1/traces", response_class=Response, responses={200: TAKEN})
async def take_traces(request: Request) -> Response:
    """Spans by OTLP over HTTP. The answer says how many there was no room for."""
    if not (_from_this_machine(request) or _with_token(request)):
        raise HTTPException(403, "spans are taken from the platform itself only")
    content_type = request.headers.get("content-type", "application/x-protobuf")
    try:
        spans = read_spans(
            await _body(request),
            content_type=content_type,
            encoding=request.headers.get("content-encoding", ""),
        )
    except TooLarge:
        raise HTTPException(413, f"at most {MOST_BYTES} bytes at once") from None
    except Unreadable as cause:
        raise HTTPException(400, f"not OTLP: {cause}") from None
    keeper: SpanKeeper = request.app.state.spans
    return _answer(keeper.offer(spans), content_type)


def _answer(turned_away: int, content_type: str) -> Response:
    """OTLP: a partial success is not to be sent again, so a full room slows nobody down."""
    answer = ExportTraceServiceResponse()
    if turned_away:
        answer.partial_success.CopyFrom(
            ExportTracePartialSuccess(rejected_spans=turned_away, error_message="no room")
        )
    if "json" in content_type:
        return Response(MessageToJson(answer), media_type="application/json")
    return Response(answer.SerializeToString(), media_type="application/x-protobuf")


async def _body(request: Request) -> bytes:
    """What is sent, but not without end."""
    parts, size = list[bytes](), 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def _from_this_machine(request: Request) -> bool:
    try:
        return ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False


def _with_token(request: Request) -> bool:
    """An address of a private network proves nothing: other tenants may have one as well."""
    given = request.headers.get(TOKEN_HEADER, "")
    wanted = spans_token(request.app.state.kernel.settings.secret)
    return hmac.compare_digest(given.encode(), wanted.encode())
