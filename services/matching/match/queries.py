"""Who fits what, from both sides, with the reasons."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from sqlalchemy import Row, select

from events.catalog.demand import DemandRaised
from events.catalog.talent import Fact
from events.edge.identity import Actor, CurrentActor, require
from events.edge.receipts import WAIT_SECONDS, After, SeenAfter, fresh
from events.sourcing.clock import legal_day
from events.sourcing.kernel import Kernel
from events.sourcing.reader import TopicReader
from events.sourcing.types import Refused
from services.matching.chain.queries import charts
from services.matching.demand.projection import OPEN, demand_table
from services.matching.demand.rendering import nodes_by_place, rendered
from services.matching.match.projection import profile_table, proposal_table, shortlist_table
from services.matching.match.rendering import demand_match, scoring_block, talent_match
from services.matching.scoring.profile import profile_of
from services.matching.scoring.score import demand_of, explain
from services.matching.shapes import plain, shaped

router = APIRouter(tags=["matches"])


def may_see_talent(talent_id: str, actor: CurrentActor) -> Actor:
    """A talent sees their own matches and nobody else's; of staff only who matches."""
    if not (actor.may("talent") and actor.talent_id == talent_id):
        require(actor, "matchmaker", "clerk", "system")
    return actor


@router.get("/matches/talents/{talent_id}")
async def matches_of_talent(
    talent_id: str,
    _: Annotated[Actor, Depends(may_see_talent)],
    after: SeenAfter,
    request: Request,
) -> dict[str, Any]:
    """The demands that suit a talent, best first; closed ones are left out at once."""
    kernel: Kernel = request.app.state.kernel
    stale = not await seen(request, "proposal", after)
    query = select(proposal_table.c.proposed).where(proposal_table.c.talent_id == talent_id)
    async with kernel.engine.connect() as connection:
        proposed = await connection.scalar(query) or {"demands": []}
        ids = [each["demand_id"] for each in proposed["demands"]]
        opened = select(demand_table).where(
            demand_table.c.demand_id.in_(ids), demand_table.c.state == OPEN
        )
        demands = {row.demand_id: row.raised for row in await connection.execute(opened)}
    nodes = nodes_by_place(await charts(kernel))
    found = [each for each in proposed["demands"] if each["demand_id"] in demands]
    return {
        "stale": stale,
        "talent_id": talent_id,
        **scoring_block(proposed),
        "matches": [
            talent_match(rank, each, rendered(demands[each["demand_id"]], nodes))
            for rank, each in enumerate(found, start=1)
        ],
    }


@router.get("/matches/demands/{demand_id}")
async def matches_of_demand(
    demand_id: str, actor: CurrentActor, after: SeenAfter, request: Request
) -> dict[str, Any]:
    """The talents that suit a demand, best first, by the same scores; for staff who match."""
    require(actor, "matchmaker", "clerk", "system")
    kernel: Kernel = request.app.state.kernel
    stale = not await seen(request, "shortlist", after)
    async with kernel.engine.connect() as connection:
        demand = (
            await connection.execute(
                select(demand_table).where(demand_table.c.demand_id == demand_id)
            )
        ).first()
        if demand is None:
            raise Refused("demand-not-found")
        listed = (
            await connection.execute(
                select(shortlist_table).where(shortlist_table.c.demand_id == demand_id)
            )
        ).first()
        ids = list(listed.talent_ids) if listed else []
        known = select(profile_table).where(profile_table.c.talent_id.in_(ids))
        rows = {row.talent_id: row for row in await connection.execute(known)}
    nodes = nodes_by_place(await charts(kernel))
    return {
        "stale": stale,
        "state": demand.state,
        "demand": rendered(demand.raised, nodes),
        **scoring_block(listed.changed if listed else {}),
        "matches": _explained(request, demand, [rows[each] for each in ids if each in rows]),
    }


def _explained(request: Request, demand: Row[Any], rows: list[Row[Any]]) -> list[dict[str, Any]]:
    """The listed talents with the same scores and reasons as on their own lists."""
    ready = demand_of(shaped(demand.raised, DemandRaised))
    today = legal_day(request.app.state.clock())
    found: list[dict[str, Any]] = []
    for row in rows:
        facts = shaped(row.facts, tuple[Fact, ...])
        profile = profile_of(row.talent_id, facts, facts_version=row.facts_version, valid_at=today)
        match = explain(request.app.state.scales, ready, profile)
        if match is not None:
            found.append(demand_match(len(found) + 1, row.talent_id, plain(match)))
    return found


async def seen(request: Request, reader: str, after: After) -> bool:
    """Of a talent's stream: matched again since; of the own journal: projected."""
    if after.stream is None or after.version is None:
        return await fresh(request, reader, after)
    kernel: Kernel = request.app.state.kernel
    rematch = kernel.readers["talent-rematch"]
    if not isinstance(rematch, TopicReader):
        raise HTTPException(500)
    if not await rematch.reached_version(after.stream, after.version, timeout=WAIT_SECONDS):
        return False
    return await fresh(request, reader, After(position=await kernel.journal.last_position()))
