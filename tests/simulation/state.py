"""What a run has come to, as text that two runs can be compared by; and what must hold in each."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from events.catalog.entitlement import EntitlementAssessed
from events.catalog.match import MatchProposed, ShortlistChanged
from events.sourcing.types import Recorded, category_of
from tests.simulation.database.server import Server
from tests.simulation.platform import Platform

State: TypeAlias = Mapping[str, Sequence[str]]

JUDGED = frozenset({"entitlement", "match", "dictionary"})
"""Categories whose events come of judging what is newest: how often that is done may differ."""

ONCE = frozenset({"checkpoint"})
"""Of rows that are alike without what is left out, so many may differ: on how many partitions
events are hangs on how often something was judged."""

LEFT_OUT: Mapping[str, frozenset[str]] = {
    "*": frozenset({"position", "recorded_at", "cursor", "traceparent", "trace_id"}),
    "entitlement": frozenset({"version", "view_position", "facts_version", "assessed_at"}),
    "proposal": frozenset({"proposed"}),
    "shortlist": frozenset({"changed"}),
    "checkpoint": frozenset({"next_offset", "partition"}),
    "timer": frozenset({"generation", "context", "command"}),
    "subject_key": frozenset({"wrapped", "destroyed_at"}),
    "parked": frozenset({"parked_at", "tried_at"}),
    "relay_pointer": frozenset({"token", "leased_until"}),
    "duty": frozenset({"token", "leased_until"}),
}
"""Columns that say where or when something was recorded, or how often it was judged."""


def digest(state: State) -> str:
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


async def state_of(platform: Platform) -> State:
    """Every stream and every table of every service."""
    said = {}
    for service, server in platform.servers.items():
        for stream, events in (await streams_of(platform, service)).items():
            said[f"{service} {stream}"] = _told(events)
        for table in _tables(server):
            said[f"{service} table {table}"] = _rows(server, table)
    return {what: lines for what, lines in said.items() if lines}


async def streams_of(platform: Platform, service: str) -> dict[str, list[Recorded[Any]]]:
    """The events of a journal with what is sealed in them, by stream."""
    life = platform.lives[service]
    assert life.kernel is not None
    rows = life.server.rows.after(0, limit=life.server.rows.last_position())
    opened = await life.start(life.kernel.desk.open(rows))
    streams: dict[str, list[Recorded[Any]]] = {}
    for recorded in opened:
        streams.setdefault(recorded.stream, []).append(recorded)
    return streams


def _told(events: Sequence[Recorded[Any]]) -> list[str]:
    """Every event as it was asked for, or what the last one says where it was judged."""
    if category_of(events[0].stream) in JUDGED:
        return list(_noticed(events[-1].event))
    return [
        f"{one.version} {one.name} {one.event_id} by {one.actor} in {one.correlation_id}"
        f" because of {one.causation_id}: {_json(one.event)}"
        for one in events
    ]


def _noticed(event: object) -> Iterator[str]:
    match event:
        case EntitlementAssessed() as e:
            yield f"{e.outcome_digest} {e.view_version} {e.engine_version}"
        case MatchProposed() as e:
            yield _json(e.demands)
        case ShortlistChanged() as e:
            yield _json(e.talent_ids)
        case _:
            return


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def _tables(server: Server) -> list[str]:
    found = server.ask("SELECT name FROM sqlite_master WHERE type = 'table'")
    return sorted(str(name) for (name,) in found)


def _rows(server: Server, table: str) -> list[str]:
    """Each row by its columns; of who was forgotten, that there is no key."""
    columns = [str(row[1]) for row in server.ask(f"PRAGMA table_info({table})")]
    left_out = LEFT_OUT["*"] | LEFT_OUT.get(table, frozenset())
    kept = [name for name in columns if name not in left_out]
    if not kept:
        return []
    found = server.ask(f'SELECT {", ".join(map(_quoted, kept))} FROM "{table}"')  # noqa: S608 - its own names
    rows = (dict(zip(kept, row, strict=True)) for row in found)
    said = [json.dumps(row, default=bytes.hex) for row in rows if not _counts_judging(row)]
    return sorted({*said} if table in ONCE else said)


def _counts_judging(row: Mapping[str, Any]) -> bool:
    """Whether it says how often something was judged; that it is right is checked in each run."""
    return row.get("category") in JUDGED or category_of(str(row.get("stream", ""))) in JUDGED


def _quoted(name: str) -> str:
    return f'"{name}"'
