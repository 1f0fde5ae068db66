"""Who fits what, from both sides, with the reasons."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from sqlalchemy import Row

from events.catalog.demand import DemandRaised
from events.catalog.talent import Fact
from events.edge.identity import Actor, CurrentActor, require
from events.edge.plain import PlainJson
from events.edge.receipts import WAIT_SECONDS, After, SeenAfter, fresh
from events.edge.words import Line
from events.sourcing.clock import legal_day
from events.sourcing.kernel import Kernel
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Refused
from services.matching.chain.rows import read_charts
from services.matching.demand.rendering import nodes_by_place, rendered
from services.matching.demand.rows import read_demand, read_open
from services.matching.match.rendering import demand_match, scoring_block, talent_match
from services.matching.match.rows import read_profiles, read_proposed, read_shortlist
from services.matching.match.shapes import DemandMatchesOut, TalentMatchesOut
from services.matching.scoring.profile import profile_of
from services.matching.scoring.score import demand_of, explain
from services.matching.shapes import plain, shaped

router = APIRouter(tags=["matches"])


async def may_see_talent(talent_id: Line, actor: CurrentActor) -> Actor:
    """A talent sees their own matches and nobody else's; of staff only who matches."""
    if not (actor.may("talent") and actor.talent_id == talent_id):
        require(actor, "matchmaker", "clerk", "system")
    return actor


@router.get("/matches/talents/{talent_id}", response_model=TalentMatchesOut)
async def matches_of_talent(
    talent_id: Line,
    _: Annotated[Actor, Depends(may_see_talent)],
    after: SeenAfter,
    request: Request,
) -> Response:
    """The demands that suit a talent, best first; closed ones are left out at once."""
    engine = request.app.state.kernel.reading
    stale = not await seen(request, "proposal", after)
    proposed = await read_proposed(engine, talent_id) or {"demands": []}
    opened = await read_open(engine, [each["demand_id"] for each in proposed["demands"]])
    nodes = nodes_by_place(await read_charts(engine))
    found = [each for each in proposed["demands"] if each["demand_id"] in opened]
    matches = [
        talent_match(rank, each, rendered(opened[each["demand_id"]], nodes))
        for rank, each in enumerate(found, start=1)
    ]
    basis = {"stale": stale, "talent_id": talent_id, **scoring_block(proposed)}
    return PlainJson({**basis, "matches": matches})


@router.get("/matches/demands/{demand_id}", response_model=DemandMatchesOut)
async def matches_of_demand(
    demand_id: Line, actor: CurrentActor, after: SeenAfter, request: Request
) -> Response:
    """The talents that suit a demand, best first, by the same scores; for staff who match."""
    require(actor, "matchmaker", "clerk", "system")
    engine = request.app.state.kernel.reading
    stale = not await seen(request, "shortlist", after)
    demand = await read_demand(engine, demand_id)
    if demand is None:
        raise Refused("demand-not-found")
    listed = await read_shortlist(engine, demand_id)
    rows = await read_profiles(engine, listed.talent_ids if listed else [])
    return PlainJson(
        {
            "stale": stale,
            "state": demand.state,
            "demand": rendered(demand.raised, nodes_by_place(await read_charts(engine))),
            **scoring_block(listed.changed if listed else {}),
            "matches": _explained(request, demand, rows),
        }
    )


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
