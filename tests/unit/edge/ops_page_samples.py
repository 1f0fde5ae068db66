"""One realistic view model for every ops page, in the shape the head of its template names."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.ops.swimlane import Bar, Dot, draw

NOW = datetime(2026, 11, 22, 14, 41, 7, 412_000, tzinfo=UTC)
MATTER_ID = "0b9d2f6e-55b7-4c7e-9c0f-7d1f6a3c9a11"
WATCH: dict[str, Any] = {
    "reader": None, "demo_time": None, "here": "overview", "as_of": NOW, "stale": False,
    "outcome": None,
}  # fmt: skip


def ago(**length: float) -> datetime:
    return NOW - timedelta(**length)


ROOMS = ["portal", "registry", "policy", "concierge", "matching"]
STEPS = [
    ("registry", "talent.registered.v1", "talent-5c1e", 0.0, None),
    ("registry", "talent.fact-recorded.v1", "talent-5c1e", 0.8, 1),
    ("registry", "talent.tier-conferred.v1", "talent-5c1e", 2.1, 2),
    ("policy", "entitlement.assessed.v1", "entitlement-5c1e", 2.19, 3),
    ("matching", "match.proposed.v1", "match-5c1e", 2.24, 3),
    ("concierge", "ticket.opened.v1", "ticket-01hq7", 31_000.0, 1),
    ("concierge", "ticket.accepted.v1", "ticket-01hq7", 31_420.0, 6),
    ("concierge", "ticket.answered.v1", "ticket-01hq7", 31_600.0, 7),
]
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
EVENTS: list[dict[str, Any]] = [
    {
        "number": number, "event_id": f"e-{number}", "name": name, "service": service,
        "stream": stream, "version": number, "position": 4_700 + number, "actor": "staff-shen",
        "recorded_at": ago(hours=9) + timedelta(seconds=seconds), "causation_id": "c0ffee11-22",
        "caused_by": cause, "trace_id": TRACE_ID,
    }
    for number, (service, name, stream, seconds, cause) in enumerate(STEPS, 1)
]  # fmt: skip
LANES = draw(
    dots=[
        Dot(
            number=event["number"],
            name=event["name"],
            service=event["service"],
            at=event["recorded_at"],
            caused_by=event["caused_by"],
        )
        for event in EVENTS
    ],
    bars=[
        Bar(
            service="portal",
            began_at=ago(hours=9),
            ended_at=ago(hours=9) + timedelta(seconds=2),
        )
    ],
    rooms=ROOMS,
)
LINK = {
    "trace_id": TRACE_ID,
    "span_id": "b7",
    "name": "create talent.events",
    "service": "registry",
}
LOST = {"trace_id": "9" * 32, "span_id": "f00d", "name": None, "service": None}
SPANS = [
    ("a1", "POST /talents", "registry", 0, 0.0, 18.4),
    ("a2", "talent.handle", "registry", 1, 1.1, 15.9),
    ("a3", "talent.decide", "registry", 2, 2.0, 0.3),
    ("a4", "talent.append", "registry", 2, 2.4, 13.8),
    ("a5", "entitlement.project", "policy", 1, 16.0, 2.2),
]
TRACE = WATCH | {
    "trace": {"trace_id": TRACE_ID, "began_at": ago(hours=9), "duration_ms": 18.4,
              "correlation_ids": [MATTER_ID], "rooms": ["registry", "policy"]},
    "spans": [
        {"span_id": span_id, "name": name, "service": service, "kind": "internal", "depth": depth,
         "offset_ms": offset, "duration_ms": length, "error": span_id == "a5",
         "attributes": [("stream", "talent-5c1e"), ("position", "4702")],
         "links": [LINK, LOST] if span_id == "a5" else [],
         "linked_from": [LINK] if span_id == "a4" else []}
        for span_id, name, service, depth, offset, length in SPANS
    ],
}  # fmt: skip
SERVICES = ["registry", "policy", "concierge", "matching", "portal", "console", "feeds", "ops"]
PULSE = [
    {"minute": NOW.replace(second=0, microsecond=0) - timedelta(minutes=back),
     "counts": {name: (back * 7 + place * 13) % 40 for place, name in enumerate(SERVICES[:4])},
     "p50_ms": 31 + back % 5, "p95_ms": 88 + back % 11}
    for back in range(20)
]  # fmt: skip
RECORDS: list[dict[str, object] | None] = [
    {"state": "whole", "position": 18_000, "signed_at": ago(minutes=1), "trouble": None},
    {"state": "altered", "position": 9_000, "signed_at": ago(hours=1),
     "trouble": "its rows are not those that were signed"},
    {"state": "whole", "position": 0, "signed_at": None, "trouble": None},
    {"state": "unsigned", "position": 0, "signed_at": None, "trouble": None},
    None,
]  # fmt: skip
OVERVIEW = WATCH | {
    "live": "/live",
    "figures": {
        "events_per_minute": 1204, "visible_p50_ms": 31, "visible_p95_ms": 94, "parked": None,
    },
    "rooms": SERVICES[:4], "pulse": PULSE,
    "services": [
        {"service": name, "healthy": name != "feeds", "position": 18_240 if place < 4 else None,
         "relay_lag": 0 if place < 4 else None, "consumer_lag": place, "parked": 0, "spans": 4_000,
         "record": RECORDS[place % len(RECORDS)]}
        for place, name in enumerate(SERVICES)
    ],
    "matters": [{"correlation_id": MATTER_ID, "first_event": "talent.registered.v1",
                 "began_at": ago(hours=9), "events": 8, "services": ROOMS[1:]}],
}  # fmt: skip
MATTER = WATCH | {
    "matter": {"correlation_id": MATTER_ID, "began_at": ago(hours=9),
               "ended_at": NOW, "rooms": ROOMS, "events": 8, "spans": 41},
    "events": EVENTS, "lanes": LANES,
    "traces": [{"trace_id": TRACE_ID, "name": "POST /talents", "service": "registry",
                "began_at": ago(hours=9), "duration_ms": 18.4, "spans": 5}],
}  # fmt: skip
PLACE = {
    "service": "matching", "reader": "profile", "topic": "talent.facts", "stream": "talent-5c1e",
}  # fmt: skip
DEVELOPERS = {"code": "developers", "service": "matching"}
PARKED = WATCH | {
    "here": "parked",
    "parked": [PLACE | {"version": 7, "kind": "poison", "reason": "KeyError", "owner": DEVELOPERS,
                        "parked_at": ago(hours=1), "waiting": 3, "address": "/parked/stream"}],
}  # fmt: skip
PARKED_STREAM = WATCH | {
    "here": "parked", "place": PLACE,
    "events": [
        {"version": 7, "kind": "poison", "reason": "KeyError", "owner": DEVELOPERS,
         "name": "talent.facts-stated.v1", "event_id": "e-7", "correlation_id": MATTER_ID,
         "parked_at": ago(hours=1), "tries": 2, "tried_at": ago(minutes=3), "bytes": 812},
        {"version": 8, "kind": "missing-id", "reason": "no ce_id", "owner": {
            "code": "publisher", "service": "matching"}, "name": None, "event_id": None,
         "correlation_id": None, "parked_at": ago(hours=1), "tries": 1, "tried_at": None,
         "bytes": 9},
    ],
    "first": {"version": 7, "kind": "poison", "correlation_id": MATTER_ID},
    "because": ["not-an-event", "without-effect"], "may_repair": True,
    "typed": {"because": "", "reference": "Zhang Wei"}, "key": None,
    "errors": [
        {"field": "because", "text": {"zh": "请选择一个理由", "en": "Choose a reason"}},
        {"field": "reference", "text": {"zh": "请写成 INC-2041 的样式", "en": "Write INC-2041"}},
    ],
}  # fmt: skip
OPS_PAGES: dict[str, dict[str, Any]] = {
    "overview.html": OVERVIEW,
    "trace.html": TRACE,
    "matter.html": MATTER,
    "parked.html": PARKED,
    "parked_stream.html": PARKED_STREAM,
    "message.html": WATCH | {"code": "not-found", "detail": None, "next": None},
}
