"""What ops says of one matter, one trace and the pulse, as plain values for programs and pages."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from services.ops.pulse import summed, within_ms
from services.ops.queries import Rows

Answer: TypeAlias = dict[str, Any]

EVENT_FIELDS = (
    "service",
    "stream",
    "version",
    "position",
    "name",
    "event_id",
    "causation_id",
    "recorded_at",
    "actor",
    "traceparent",
    "trace_id",
)
MILLION = 1_000_000


def matter_answer(correlation_id: str, events: Rows, own: Rows, linked: Rows) -> Answer:
    """A matter's events, and the traces it can be opened with: its events' first."""
    asked = (event.trace_id for event in events if event.trace_id)
    followed = (one.trace_id for one in (*own, *linked))
    return {
        "correlation_id": correlation_id,
        "events": [{name: getattr(event, name) for name in EVENT_FIELDS} for event in events],
        "traces": list(dict.fromkeys((*asked, *followed))),
        "spans": len(own) + len(linked),
    }


def trace_answer(trace_id: str, spans: Rows, links: Rows, matters: Iterable[str]) -> Answer:
    """A trace's spans depth first, each with the links that lead from it and to it."""
    began = min((one.began_ns for one in spans), default=0)
    ended = max((one.began_ns + one.took_ns for one in spans), default=0)
    from_it, to_it = _links(links, trace_id)
    return {
        "trace_id": trace_id,
        "began_at": min((one.began_at for one in spans), default=None),
        "duration_ms": (ended - began) / MILLION,
        "correlation_ids": list(matters),
        "spans": [
            {
                "span_id": one.span_id,
                "parent_span_id": one.parent_span_id,
                "name": one.name,
                "service": one.service,
                "kind": one.kind,
                "depth": depth,
                "began_at": one.began_at,
                "offset_ms": (one.began_ns - began) / MILLION,
                "duration_ms": one.took_ns / MILLION,
                "error": one.failed,
                "attributes": one.attributes,
                "links": from_it.get(one.span_id, []),
                "linked_from": to_it.get(one.span_id, []),
            }
            for one, depth in _depth_first(spans)
        ],
    }


def traces_in(spans: Rows) -> Iterator[Answer]:
    """Each trace by its first span: name, service, when, how long, how many spans."""
    by_trace: dict[str, list[Any]] = {}
    for one in spans:
        by_trace.setdefault(one.trace_id, []).append(one)
    for trace_id, of_it in by_trace.items():
        first = of_it[0]
        ended = max(one.began_ns + one.took_ns for one in of_it)
        yield {
            "trace_id": trace_id,
            "name": first.name,
            "service": first.service,
            "began_at": first.began_at,
            "duration_ms": (ended - first.began_ns) / MILLION,
            "spans": len(of_it),
        }


def pulse_minutes(figures: Rows) -> list[Answer]:
    """The newest minute first: events of each service, and how soon they were visible."""
    by_minute: dict[datetime, list[Any]] = {}
    for figure in figures:
        by_minute.setdefault(figure.minute, []).append(figure)
    return [_minute(minute, by_minute[minute]) for minute in sorted(by_minute, reverse=True)]


def _minute(minute: datetime, figures: list[Any]) -> Answer:
    counts: dict[str, int] = {}
    for figure in figures:
        counts[figure.service] = counts.get(figure.service, 0) + figure.count
    slowest = max(figure.slowest_ms for figure in figures)
    buckets = summed(figure.buckets for figure in figures)
    return {
        "minute": minute,
        "counts": counts,
        "p50_ms": within_ms(buckets, 50, slowest),
        "p95_ms": within_ms(buckets, 95, slowest),
        "slowest_ms": slowest,
    }


def _links(links: Rows, trace_id: str) -> tuple[dict[str, list[Answer]], dict[str, list[Answer]]]:
    """A batch links once for each of its events; a reader wants each other span once."""
    from_it: dict[str, list[Answer]] = {}
    to_it: dict[str, list[Answer]] = {}
    for link in links:
        start = _end(link.trace_id, link.span_id, link.name, link.service)
        end = _end(link.to_trace_id, link.to_span_id, link.to_name, link.to_service)
        if link.trace_id == trace_id:
            _once(from_it.setdefault(link.span_id, []), end)
        if link.to_trace_id == trace_id:
            _once(to_it.setdefault(link.to_span_id, []), start)
    return from_it, to_it


def _once(ends: list[Answer], end: Answer) -> None:
    if end not in ends:
        ends.append(end)


def _end(trace_id: str, span_id: str, name: str | None, service: str | None) -> Answer:
    return {"trace_id": trace_id, "span_id": span_id, "name": name, "service": service}


def _depth_first(spans: Rows) -> Iterator[tuple[Any, int]]:
    """A span whose parent was not received stands at the top; a circle of parents ends."""
    known = {one.span_id for one in spans}
    below: dict[str | None, list[Any]] = {}
    for one in spans:
        parent = one.parent_span_id if one.parent_span_id in known else None
        below.setdefault(parent, []).append(one)
    waiting = [(one, 0) for one in reversed(below.get(None, []))]
    while waiting:
        one, depth = waiting.pop()
        yield one, depth
        waiting += [(child, depth + 1) for child in reversed(below.pop(one.span_id, []))]


def numbered(events: Iterable[Mapping[str, Any]]) -> list[Answer]:
    """Events with their number, and the number of the event that caused each."""
    listed = list(events)
    numbers = {event["event_id"]: number for number, event in enumerate(listed, start=1)}
    return [
        {**event, "number": number, "caused_by": numbers.get(event["causation_id"] or "")}
        for number, event in enumerate(listed, start=1)
    ]
