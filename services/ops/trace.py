"""`python -m services.ops.trace ID`: one matter or one trace as a tree, as ops knows it.

`make trace ID=…` tells it the address and the secret that the running platform uses.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from events.edge.identity import Actor, SignedTokens

DEFAULT_URL = "http://127.0.0.1:8115"
ASKER = Actor(subject="system:trace", roles=frozenset({"ops"}))
NOT_FOUND = 404
MOST_TRACES = 8
"""The traces of a matter's own events come first."""


def matter_lines(matter: Mapping[str, Any]) -> Iterator[str]:
    """Each event under the one that caused it, then the traces to go on with."""
    events = matter["events"]
    yield f"matter {matter['correlation_id']}: {len(events)} events, {matter['spans']} spans"
    known = {event["event_id"] for event in events}
    below: dict[str | None, list[Mapping[str, Any]]] = {}
    for event in events:
        cause = event["causation_id"] if event["causation_id"] in known else None
        below.setdefault(cause, []).append(event)
    for event, depth in _walk(below, None, 1):
        place = f"{event['service']}:{event['position']}  {event['stream']}@{event['version']}"
        yield f"{event['recorded_at']}  {'  ' * depth}{event['name']}  {place}  {event['actor']}"
    yield from (f"trace {trace_id}" for trace_id in matter["traces"][:MOST_TRACES])
    if (more := len(matter["traces"]) - MOST_TRACES) > 0:
        yield f"and {more} more traces"


def trace_lines(trace: Mapping[str, Any]) -> Iterator[str]:
    """Each span under its parent with its milliseconds, and what it follows in other traces."""
    yield f"trace {trace['trace_id']}: {trace['duration_ms']:.1f} ms"
    for span in trace["spans"]:
        indent = "  " * (span["depth"] + 1)
        failed = "  FAILED" if span["error"] else ""
        yield (
            f"{span['offset_ms']:>10.1f} +{span['duration_ms']:<8.1f}"
            f"{indent}{span['name']}  {span['service']}{failed}"
        )
        for arrow, links in (("follows", span["links"]), ("followed by", span["linked_from"])):
            yield from (f"{'':>20}{indent}{arrow} {_named(link)}" for link in links)
    yield from (f"matter {matter}" for matter in trace["correlation_ids"])


def _walk(
    below: Mapping[str | None, Sequence[Mapping[str, Any]]], cause: str | None, depth: int
) -> Iterator[tuple[Mapping[str, Any], int]]:
    for event in below.get(cause, ()):
        yield event, depth
        yield from _walk(below, event["event_id"], depth + 1)


def _named(link: Mapping[str, Any]) -> str:
    name = f"{link['name']}  {link['service']}" if link["name"] else "a span not received here"
    return f"{name}  trace {link['trace_id']}"


def look_up(http: httpx.Client, wanted: str) -> list[str]:
    """The matter with this id, else the trace; nothing where there is neither."""
    matter = http.get(f"/api/matters/{quote(wanted, safe='')}").raise_for_status().json()
    if matter["events"]:
        return list(matter_lines(matter))
    trace = http.get(f"/api/traces/{quote(wanted, safe='')}")
    if trace.status_code == NOT_FOUND:
        return []
    return list(trace_lines(trace.raise_for_status().json()))


def main(arguments: Sequence[str], env: Mapping[str, str] = os.environ) -> int:
    """Print it; 1 where it is not known or nobody answers, with the remedy."""
    if len(arguments) != 1 or not arguments[0]:
        print("say which: make trace ID=<correlation id or trace id>", file=sys.stderr)
        return 1
    if "CONCORD_SECRET" not in env:
        print("set CONCORD_SECRET; `make trace ID=…` sets it for you", file=sys.stderr)
        return 1
    token = SignedTokens(env["CONCORD_SECRET"].encode()).issue(ASKER)
    headers = {"Authorization": f"Bearer {token}"}
    url = env.get("OPS_URL", DEFAULT_URL)
    try:
        with httpx.Client(base_url=url, headers=headers, timeout=10) as http:
            lines = look_up(http, arguments[0])
    except httpx.HTTPError as failure:
        print(f"ops at {url}: {failure}; is `make run` running?", file=sys.stderr)
        return 1
    print("\n".join(lines) if lines else f"ops knows no matter and no trace {arguments[0]}")
    return 0 if lines else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
