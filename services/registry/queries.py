"""What the registry answers: one talent's file, and the list for its own staff."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from events.edge.identity import CurrentActor, require
from events.edge.receipts import SeenAfter, fresh
from events.edge.words import Printable
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
from services.registry.rows import Wanted, read_directory, read_file
from services.registry.talent.projection import DIRECTORY, PROFILE
from services.registry.views import DirectoryOut, ListedOut, ProfileOut

router = APIRouter(tags=["talents"])


async def wanted(
    name: Annotated[Printable | None, Query(max_length=120)] = None,
    beyond: Annotated[int, Query(ge=0, lt=10**18)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Wanted:
    """Which part of the list is asked for."""
    return Wanted(name=name, beyond=beyond, limit=limit)


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
    found = await read_file(kernel.reading, talent_id)
    if found is None:
        raise Refused("talent-not-found")
    row, tiers = found
    return profile_out(row, tiers, vocabulary=vocabulary, times=times, stale=stale)


@router.get("/talents")
async def list_talents(
    asked: Annotated[Wanted, Depends(wanted)],
    request: Request,
    actor: CurrentActor,
    kernel: TheKernel,
    seen_after: SeenAfter,
) -> DirectoryOut:
    """Every talent by id and name, in the order of registration; for the registry alone."""
    require(actor, *KEEPERS)
    stale = not await fresh(request, DIRECTORY.name, seen_after)
    found = await read_directory(kernel.reading, asked)
    return DirectoryOut(
        talents=[
            ListedOut(talent_id=r.talent_id, full_name=r.full_name, invented=r.invented)
            for r in found.rows
        ],
        total=found.total,
        next=found.end,
        stale=stale,
    )
