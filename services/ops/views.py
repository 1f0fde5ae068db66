"""From the answers to what the templates read."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from services.ops.answers import Answer, numbered, traces_in
from services.ops.queries import Rows
from services.ops.swimlane import Bar, Dot, draw

MOST_DRAWN = 120
"""More dots than this nobody can tell apart; the table lists all."""


def matter_view(answer: Answer, spans: Rows) -> dict[str, Any]:
    """A matter with its drawing: a lane for each service, in the order they took part."""
    events = numbered(answer["events"])
    rooms = list(dict.fromkeys(event["service"] for event in events))
    return {
        "matter": {
            "correlation_id": answer["correlation_id"],
            "began_at": events[0]["recorded_at"],
            "ended_at": events[-1]["recorded_at"],
            "rooms": rooms,
            "events": len(events),
            "spans": answer["spans"],
        },
        "events": events,
        "traces": list(traces_in(spans)),
        "lanes": draw(
            dots=[_dot(event) for event in events[:MOST_DRAWN]],
            bars=[_bar(one) for one in spans[:MOST_DRAWN]],
            rooms=rooms,
        ),
    }


def trace_view(answer: Answer) -> dict[str, Any]:
    """A trace with its spans as the waterfall's rows."""
    rooms = list(dict.fromkeys(span["service"] for span in answer["spans"]))
    spans = [
        {**span, "attributes": sorted((name, str(v)) for name, v in span["attributes"].items())}
        for span in answer["spans"]
    ]
    return {"trace": {**answer, "rooms": rooms}, "spans": spans}


def held_view(held: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Held streams, each with whose move it is and the address of its own page."""
    return [
        {**one, "owner": owner_view(one["owner"], one["service"]), "address": _address(one)}
        for one in held
    ]


def owner_view(code: str, service: str) -> dict[str, str]:
    """Whose move it is; developers are those of the service that reads."""
    return {"code": code, "service": service}


def _address(held: Mapping[str, Any]) -> str:
    place = {name: held[name] for name in ("service", "reader", "topic", "stream")}
    return f"/parked/stream?{urlencode(place)}"


def _dot(event: Mapping[str, Any]) -> Dot:
    return Dot(
        number=event["number"],
        name=event["name"],
        service=event["service"],
        at=event["recorded_at"],
        caused_by=event["caused_by"],
    )


def _bar(span: Any) -> Bar:
    ended_at = span.began_at + timedelta(microseconds=span.took_ns / 1000)
    return Bar(service=span.service, began_at=span.began_at, ended_at=ended_at)
