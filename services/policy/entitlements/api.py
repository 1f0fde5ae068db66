"""What a talent is entitled to: the recorded answer, what follows from it, and its replay."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime

from events.edge.asking import TheClock
from events.edge.identity import Actor, CurrentActor, require
from events.edge.plain import PlainJson, WrittenJson
from events.edge.receipts import After, SeenAfter, fresh
from events.edge.words import Printable
from services.policy.entitlements.couples import AskedOf, couple_out
from services.policy.entitlements.queries import (
    Row,
    entitlement_out,
    outlook,
    recorded_receipt,
    replay,
    standing_after,
    standing_out,
)
from services.policy.entitlements.receipt import opened
from services.policy.entitlements.shapes import (
    EntitlementOut,
    HouseholdOut,
    ReplayOut,
    StandingAnswerOut,
    StandingOutlookOut,
)
from services.policy.policies.counting import AskedCounting

router = APIRouter(tags=["entitlements"])

TALENT_ID = r"^[\w-]{1,64}$"

TalentId = Annotated[str, Path(pattern=TALENT_ID)]


@dataclass(frozen=True, slots=True)
class Standing:
    """Which answer stands, and whether it rests on less than was asked for."""

    row: Row
    stale: bool


async def standing(
    talent_id: TalentId, request: Request, actor: CurrentActor, after: SeenAfter
) -> Standing:
    """For whoever may see it; refused where the talent was never assessed."""
    _may_see(actor, talent_id)
    row, seen = await standing_after(request, talent_id, after)
    return Standing(row, stale=not seen)


TheStanding = Annotated[Standing, Depends(standing)]


@dataclass(frozen=True, slots=True)
class OpenedAnswer(Standing):
    """The same with its receipt."""

    receipt: bytes


async def opened_answer(request: Request, found: TheStanding) -> OpenedAnswer:
    """Only for who says it: a receipt is some hundred kilobytes once it is opened."""
    state = request.app.state
    receipt = await opened(await recorded_receipt(state.kernel, found.row), state.dictionaries)
    return OpenedAnswer(found.row, stale=found.stale, receipt=receipt)


TheAnswer = Annotated[OpenedAnswer, Depends(opened_answer)]


async def with_its_facts(request: Request, answer: TheAnswer) -> OpenedAnswer:
    """The same once the facts are there that it rests on: it may be recorded before them."""
    rests_on = After(stream=f"talent-{answer.row.talent_id}", version=answer.row.facts_version)
    listed = await fresh(request, "talent_fact_list", rests_on)
    return replace(answer, stale=answer.stale or not listed)


WithItsFacts = Annotated[OpenedAnswer, Depends(with_its_facts)]


@router.get("/entitlements/{talent_id}", response_model=EntitlementOut)
async def one_entitlement(answer: TheAnswer) -> Response:
    """The standing answer to one talent, as it was recorded."""
    return WrittenJson(entitlement_out(answer.row, answer.receipt, stale=answer.stale))


@router.get("/entitlements/{talent_id}/standing", response_model=StandingAnswerOut)
async def which_stands(found: TheStanding) -> Response:
    """Which answer stands, without the answer: for whoever waits until it rests on what they name.

    `stale` says whether it does; of an outcome that stays the same no other answer is recorded.
    """
    return PlainJson(standing_out(found.row, stale=found.stale))


@router.get("/entitlements/{talent_id}/outlook", response_model=StandingOutlookOut)
async def outlook_of_one(request: Request, answer: WithItsFacts) -> Response:
    """What became of each policy, what would open those missed, what missing facts are worth."""
    state = request.app.state
    found = await outlook(
        state.kernel.reading, state.views, state.vocabulary, answer.row, answer.receipt
    )
    return PlainJson({"stale": answer.stale, **found})


@router.get("/entitlements/{talent_id}/replay", response_model=ReplayOut)
async def replay_entitlement(request: Request, answer: WithItsFacts) -> Response:
    """Whether the recorded answer comes out the same, byte by byte, when it is judged again."""
    state = request.app.state
    again = await replay(
        state.kernel.reading, state.views, state.vocabulary, answer.row, answer.receipt
    )
    return PlainJson({"stale": answer.stale, **again})


async def asked_of(
    talent_id: TalentId,
    spouse: Annotated[Printable, Query(pattern=TALENT_ID)],
    actor: CurrentActor,
    clock: TheClock,
    counting: AskedCounting,
    valid_at: Annotated[date | None, Query()] = None,
    known_at: Annotated[AwareDatetime | None, Query()] = None,
) -> AskedOf:
    """A couple, for whoever may see both of them."""
    for each in (talent_id, spouse):
        _may_see(actor, each)
    return AskedOf(
        talent_id=talent_id,
        spouse=spouse,
        valid_at=valid_at,
        known_at=known_at,
        now=clock(),
        counting=counting,
    )


@router.get("/entitlements/{talent_id}/household", response_model=HouseholdOut)
async def household_of_one(
    asked: Annotated[AskedOf, Depends(asked_of)], request: Request, after: SeenAfter
) -> Response:
    """The best lawful package of a couple, for whoever may see both of them."""
    seen = await fresh(request, "talent_fact_list" if after.stream else "policy_row", after)
    state = request.app.state
    found = await couple_out(state.kernel.reading, state.views, state.vocabulary, asked)
    return PlainJson({"stale": not seen, **found})


def _may_see(actor: Actor, talent_id: str) -> None:
    """A talent sees only their own answer; issuing bodies see policies, not persons."""
    if actor.may("talent") and actor.talent_id == talent_id:
        return
    require(actor, "concierge", "system")
