"""The events of one matter as a tree of causes: drawn, and held to be one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Event: TypeAlias = Mapping[str, Any]
Below: TypeAlias = Mapping[str | None, Sequence[Event]]

MANY = 5
"""More events of one kind than this under one cause are printed as one line."""


def loose_ends(events: Sequence[Event]) -> list[str]:
    """Why these are not one tree; nothing where a single root leads to every event."""
    below, known = _below(events), {event["event_id"] for event in events}
    roots = below.get(None, ())
    found = [] if len(roots) == 1 else [f"{len(roots)} roots: {', '.join(map(_place, roots))}"]
    reached = _reached(below)
    for event in events:
        if event["causation_id"] not in {None, *known}:
            found.append(f"{_place(event)} has a cause that nobody knows: {event['causation_id']}")
        elif event["event_id"] not in reached:
            found.append(f"{_place(event)} is not reached from a root")
    return found


def _reached(below: Below) -> set[str]:
    reached, waiting = set[str](), list(below.get(None, ()))
    while waiting:
        event = waiting.pop()
        reached.add(event["event_id"])
        waiting += below.get(event["event_id"], ())
    return reached


def tree(events: Sequence[Event]) -> Iterator[str]:
    """Each event under the one that caused it, with its service, position and stream version."""
    yield from _branch(_below(events), None, 0)


def _below(events: Sequence[Event]) -> Below:
    below: dict[str | None, list[Event]] = {}
    for event in sorted(events, key=lambda e: (e["recorded_at"], e["service"], e["position"])):
        below.setdefault(event["causation_id"], []).append(event)
    return below


def _branch(below: Below, cause: str | None, depth: int) -> Iterator[str]:
    listed = below.get(cause, ())
    many = [name for name, times in Counter(e["name"] for e in listed).items() if times > MANY]
    for event in listed:
        if event["name"] in many:
            continue
        stood = f"{_place(event)}  {event['stream']}@{event['version']}"
        yield f"{'  ' * depth}{event['name']}  {stood}"
        yield from _branch(below, event["event_id"], depth + 1)
    for name in many:
        alike = [event for event in listed if event["name"] == name]
        places = f"{_place(alike[0])}…{alike[-1]['position']}"
        yield f"{'  ' * depth}{name}  {places}  {len(alike)} streams alike"


def _place(event: Event) -> str:
    return f"{event['service']}:{event['position']}"
