"""What the registry answers about leaving it: to whoever asked, and to its own staff."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.edge.identity import CurrentActor, require
from events.edge.receipts import SeenAfter, fresh
from services.registry.asking import KEEPERS, TalentId, TheKernel, require_own_or, stream_of
from services.registry.talent.standing import STANDING, hold, request

router = APIRouter(tags=["leaving"])

MOST = 200
"""Requests and holds that staff are shown at once; beside them is said how many there are."""


class StandingHoldOut(BaseModel):
    """`reason` is none once nobody may know it any more."""

    hold_id: str
    talent_id: str
    authority: str
    reason: str | None
    placed_at: datetime


class ErasureOut(BaseModel):
    """From `erased_at` on nothing is recorded of them; at `completed_at` nothing is readable."""

    talent_id: str
    reason: str
    requested_at: datetime
    erased_at: datetime | None
    completed_at: datetime | None


class StandingOut(BaseModel):
    """`erasure` is none where nobody asked; holds bar one whether it was asked for or not."""

    erasure: ErasureOut | None
    holds: list[StandingHoldOut]
    stale: bool


class LeavingOut(BaseModel):
    """The first of `erasures_in_all` requests and of `holds_in_all` holds."""

    erasures: list[ErasureOut]
    erasures_in_all: int
    holds: list[StandingHoldOut]
    holds_in_all: int
    stale: bool


@router.get("/talents/{talent_id}/erasure")
async def standing_of(
    talent_id: TalentId,
    asked: Request,
    actor: CurrentActor,
    kernel: TheKernel,
    seen_after: SeenAfter,
) -> StandingOut:
    """Whether erasure was asked for, how far it has come, and what bars it."""
    require_own_or(actor, talent_id, *KEEPERS)
    stale = not await fresh(asked, STANDING.name, seen_after)
    requests, holds = await read_standing(kernel.reading, talent_id)
    return StandingOut(
        erasure=next(iter(_erasures_out(requests)), None), holds=_holds_out(holds), stale=stale
    )


@router.get("/erasures")
async def everybody_leaving(
    asked: Request, actor: CurrentActor, kernel: TheKernel, seen_after: SeenAfter
) -> LeavingOut:
    """Requests to be forgotten, open ones first, and holds that stand; for the registry alone."""
    require(actor, *KEEPERS)
    stale = not await fresh(asked, STANDING.name, seen_after)
    requests, holds = await read_standing(kernel.reading, None)
    asking, held = await _in_all(kernel.reading)
    return LeavingOut(
        erasures=_erasures_out(requests),
        erasures_in_all=asking,
        holds=_holds_out(holds),
        holds_in_all=held,
        stale=stale,
    )


async def read_standing(
    engine: AsyncEngine, talent_id: str | None
) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """The requests and the holds of one talent, or of everybody."""
    requests, holds = select(request), select(hold)
    if talent_id is not None:
        requests = requests.where(request.c.stream == stream_of(talent_id))
        holds = holds.where(hold.c.talent_id == talent_id)
    over = request.c.completed_at.is_not(None)
    first = requests.order_by(over, request.c.requested_at.desc(), request.c.stream).limit(MOST)
    latest = holds.order_by(hold.c.placed_at.desc(), hold.c.hold_id).limit(MOST)
    async with engine.connect() as connection:
        return (await connection.execute(first)).all(), (await connection.execute(latest)).all()


async def _in_all(engine: AsyncEngine) -> tuple[int, int]:
    requests = select(func.count()).select_from(request).scalar_subquery()
    holds = select(func.count()).select_from(hold).scalar_subquery()
    async with engine.connect() as connection:
        asking, held = (await connection.execute(select(requests, holds))).one()
    return asking, held


def _erasures_out(rows: Iterable[Row[Any]]) -> list[ErasureOut]:
    return [
        ErasureOut(
            talent_id=row.stream.partition("-")[2],
            reason=row.reason,
            requested_at=row.requested_at,
            erased_at=row.erased_at,
            completed_at=row.completed_at,
        )
        for row in rows
    ]


def _holds_out(rows: Iterable[Row[Any]]) -> list[StandingHoldOut]:
    return [
        StandingHoldOut(
            hold_id=row.hold_id,
            talent_id=row.talent_id,
            authority=row.authority,
            reason=row.reason,
            placed_at=row.placed_at,
        )
        for row in rows
    ]
