"""The statements that read tickets back, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Executable, RowMapping, Table, case, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from services.concierge.clocks import CLOSE_SHARE
from services.concierge.projection import card, entry, mine, queue

Rows: TypeAlias = Sequence[RowMapping]

NEVER = datetime(9999, 12, 31, tzinfo=UTC)

_running_due: ColumnElement[datetime] = case(
    (
        queue.c.answered_at.is_(None),
        func.least(queue.c.first_response_due_at, queue.c.resolution_due_at),
    ),
    else_=queue.c.resolution_due_at,
)
NEXT_DUE: ColumnElement[datetime] = func.coalesce(_running_due, NEVER)
"""The first promise of an open ticket to break; one without a due moment comes last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page ended: the value its list is ordered by, and the ticket."""

    moment: datetime
    ticket_id: str

    def __str__(self) -> str:
        # With Z for UTC, because a plus sign in an address would be read as a space.
        moment = self.moment.astimezone(UTC).replace(tzinfo=None)
        return f"{moment.isoformat()}Z~{self.ticket_id}"


def parse_place(text: str) -> Place:
    """Raises `ValueError` for what is no place."""
    moment, _, ticket_id = text.partition("Z~")
    return Place(moment=datetime.fromisoformat(f"{moment}Z"), ticket_id=ticket_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which tickets, from where, how many."""

    talent_id: str | None
    state: str | None
    behind: Place | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page; `end` is where the next one begins, if there is more."""

    rows: Rows
    end: Place | None


async def read_queue(engine: AsyncEngine, wanted: Wanted) -> Found:
    """Open tickets, the first promise to break first."""
    query = select(queue, NEXT_DUE.label("place")).order_by(NEXT_DUE, queue.c.ticket_id)
    if wanted.behind is not None:
        behind = (wanted.behind.moment, wanted.behind.ticket_id)
        query = query.where(tuple_(NEXT_DUE, queue.c.ticket_id) > behind)
    return await _page(engine, query.where(*_matching(queue, wanted)), wanted)


async def read_mine(engine: AsyncEngine, wanted: Wanted) -> Found:
    """A talent's tickets, or those in one state, the newest first."""
    order = (mine.c.opened_at.desc(), mine.c.ticket_id.desc())
    query = select(mine, mine.c.opened_at.label("place")).order_by(*order)
    if wanted.behind is not None:
        behind = (wanted.behind.moment, wanted.behind.ticket_id)
        query = query.where(tuple_(mine.c.opened_at, mine.c.ticket_id) < behind)
    return await _page(engine, query.where(*_matching(mine, wanted)), wanted)


def _matching(table: Table, wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = {"talent_id": wanted.talent_id, "state": wanted.state}
    return [table.c[name] == value for name, value in asked.items() if value is not None]


async def _page(engine: AsyncEngine, query: Any, wanted: Wanted) -> Found:
    rows = await _read(engine, query.limit(wanted.limit + 1))
    page = rows[: wanted.limit]
    if len(rows) == len(page):
        return Found(rows=page, end=None)
    return Found(rows=page, end=Place(moment=page[-1]["place"], ticket_id=page[-1]["ticket_id"]))


async def read_figures(engine: AsyncEngine, now: datetime) -> RowMapping:
    """How many open tickets wait, are in hand, are close to a broken promise, or past one."""
    close = _seconds(now - queue.c.opened_at) >= CLOSE_SHARE * _seconds(
        NEXT_DUE - queue.c.opened_at
    )
    waiting = queue.c.state == "waiting"
    rows = await _read(
        engine,
        select(
            func.count().filter(waiting).label("waiting"),
            func.count().filter(~waiting).label("in_hand"),
            func.count().filter(close, now <= NEXT_DUE).label("close"),
            func.count().filter(now > NEXT_DUE).label("breached"),
        ).select_from(queue),
    )
    return rows[0]


def _seconds(length: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.extract("epoch", length)


async def ticket_ids_of(engine: AsyncEngine, talent_id: str) -> Sequence[str]:
    """Every ticket of one talent."""
    rows = await _read(engine, select(mine.c.ticket_id).where(mine.c.talent_id == talent_id))
    return [row["ticket_id"] for row in rows]


async def read_card(
    engine: AsyncEngine, ticket_id: str, *, talent_id: str | None
) -> RowMapping | None:
    """Where one ticket stands; nothing where it is another talent's."""
    query = select(card).where(card.c.ticket_id == ticket_id)
    if talent_id is not None:
        query = query.where(card.c.talent_id == talent_id)
    rows = await _read(engine, query)
    return rows[0] if rows else None


async def read_entries(engine: AsyncEngine, ticket_id: str) -> Rows:
    """What happened to one ticket, in order."""
    return await _read(
        engine, select(entry).where(entry.c.ticket_id == ticket_id).order_by(entry.c.version)
    )


async def read_changes(
    engine: AsyncEngine, *, behind: int, talent_id: str | None, ticket_id: str | None, limit: int
) -> Rows:
    """What happened behind a position, to one talent's tickets or to one ticket where named."""
    query = select(entry).where(entry.c.position > behind).order_by(entry.c.position).limit(limit)
    if talent_id is not None:
        query = query.where(entry.c.talent_id == talent_id)
    if ticket_id is not None:
        query = query.where(entry.c.ticket_id == ticket_id)
    return await _read(engine, query)


async def _read(engine: AsyncEngine, query: Executable) -> Rows:
    async with engine.connect() as connection:
        return (await connection.execute(query)).mappings().all()
