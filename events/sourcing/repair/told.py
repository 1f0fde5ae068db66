"""What may be said of a parked event: its name and its ids, never its content."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.batches import JOURNAL
from events.sourcing.bus import texts_of
from events.sourcing.desk import Desk
from events.sourcing.journal import read_metadata
from events.sourcing.parking import Place
from events.sourcing.repair.held import parked_at
from events.sourcing.timers import READER as TIMERS
from events.sourcing.timers import Due
from events.sourcing.types import Context

_NAME = re.compile(r"[a-z]{1,40}\.[a-z]{1,40}(-[a-z]{1,40}){0,6}\.v[1-9][0-9]{0,8}")
_MATTER = re.compile(r"[0-9A-Za-z_.:/-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One parked event; `name` and the ids are those it came with, where they look like ours."""

    version: int
    kind: str
    reason: str
    parked_at: datetime
    tries: int
    tried_at: datetime | None
    bytes: int
    name: str | None = None
    event_id: str | None = None
    correlation_id: str | None = None


async def told(connection: AsyncConnection, desk: Desk, place: Place, *, limit: int) -> list[Told]:
    """The parked events of one stream, in order."""
    rows = await parked_at(connection, place, limit=limit)
    if place[1] == JOURNAL:
        stored = {row.version: row for row in await desk.journal.read_stream(place[2])}
        return [_told(row, _of_stored(stored.get(row.version))) for row in rows]
    ids = _of_timer if place[0] == TIMERS else _of_record
    return [_told(row, ids(row.record)) for row in rows]


def _told(row: Any, ids: dict[str, str | None]) -> Told:
    return Told(
        version=row.version,
        kind=row.class_,
        reason=row.reason,
        parked_at=row.parked_at,
        tries=row.tries,
        tried_at=row.tried_at,
        bytes=len(row.record),
        **ids,
    )


def _of_stored(row: Any) -> dict[str, str | None]:
    if row is None:
        return {}
    matter = read_metadata(row.metadata).correlation_id
    return {"name": row.name, "event_id": str(row.event_id), "correlation_id": matter}


def _of_record(kept: bytes) -> dict[str, str | None]:
    """Whoever sent the record wrote the headers: only what has the form of an id is repeated."""
    headers, _ = msgspec.json.decode(kept, type=tuple[list[tuple[str, bytes | None]], bytes | None])
    texts = texts_of(headers)
    return {
        "name": _like(_NAME, texts.get("ce_type")),
        "event_id": _uuid(texts.get("ce_id")),
        "correlation_id": _like(_MATTER, texts.get("ce_correlationid")),
    }


def _of_timer(kept: bytes) -> dict[str, str | None]:
    try:
        due = msgspec.json.decode(kept, type=Due)
        context = msgspec.json.decode(due.context, type=Context)
    except msgspec.MsgspecError:
        return {}
    return {"name": due.command_name, "correlation_id": context.correlation_id}


def _like(form: re.Pattern[str], text: str | None) -> str | None:
    return text if text and form.fullmatch(text) else None


def _uuid(text: str | None) -> str | None:
    try:
        return str(UUID(text or ""))
    except ValueError:
        return None
