"""What the registry answers: one talent's file, and the list for its own staff."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import func, select

from events.edge.identity import CurrentActor, require
from events.edge.receipts import SeenAfter, fresh
from events.sourcing.types import Refused
from services.registry.asking import (
    KEEPERS,
    AskedTimes,
    TalentId,
    TheKernel,
    TheVocabulary,
    require_own_or,
)
from services.registry.profile import profile_out
from services.registry.talent.projection import DIRECTORY, PROFILE, directory, profile, tier
from services.registry.views import DirectoryOut, ListedOut, ProfileOut

router = APIRouter(tags=["talents"])


@router.get("/talents/{talent_id}")
async def talent_file(
    talent_id: TalentId,
    request: Request,
    actor: CurrentActor,
    kernel: TheKernel,
    vocabulary: TheVocabulary,
    seen_after: SeenAfter,
    times: AskedTimes,
) -> ProfileOut:
    """A talent's file: their own, or for the registry and the concierge."""
    require_own_or(actor, talent_id, *KEEPERS, "concierge")
    stale = not await fresh(request, PROFILE.name, seen_after)
    async with kernel.engine.connect() as connection:
        row = (
            await connection.execute(select(profile).where(profile.c.talent_id == talent_id))
        ).first()
        conferred = select(tier).where(tier.c.talent_id == talent_id).order_by(tier.c.version)
        tiers = (await connection.execute(conferred)).all()
    if row is None:
        raise Refused("talent-not-found")
    return profile_out(row, tiers, vocabulary=vocabulary, times=times, stale=stale)


@router.get("/talents")
async def list_talents(
    request: Request,
    actor: CurrentActor,
    kernel: TheKernel,
    seen_after: SeenAfter,
    name: Annotated[str | None, Query(max_length=120)] = None,
    beyond: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> DirectoryOut:
    """Every talent by id and name, in the order of registration; for the registry alone."""
    require(actor, *KEEPERS)
    stale = not await fresh(request, DIRECTORY.name, seen_after)
    found = select(directory)
    if name:
        found = found.where(directory.c.full_name.contains(name, autoescape=True))
    page = found.where(directory.c.position > beyond).order_by(directory.c.position).limit(limit)
    async with kernel.engine.connect() as connection:
        total = await connection.scalar(select(func.count()).select_from(found.subquery()))
        rows = (await connection.execute(page)).all()
    return DirectoryOut(
        talents=[
            ListedOut(talent_id=r.talent_id, full_name=r.full_name, invented=r.invented)
            for r in rows
        ],
        total=total or 0,
        next=rows[-1].position if len(rows) == limit else None,
        stale=stale,
    )
