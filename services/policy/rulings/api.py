"""Contradictions between two texts: reading them, ruling on one, and withdrawing a ruling."""

from datetime import date

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from events.edge.asking import Asked, TheClock
from events.edge.identity import CurrentActor, require
from events.edge.plain import PlainJson
from events.edge.receipts import ReceiptOut, SeenAfter, fresh, receipt_out
from events.edge.words import Words
from services.policy.bodies.api import Slug, rely_on
from services.policy.policies.acting import acting_for, only_for
from services.policy.policies.api import POLICY_ID, PolicyId, part_of
from services.policy.policies.asking import AskedMoments
from services.policy.policies.commands import (
    GiveRuling,
    RelyOnPermission,
    Side,
    Statement,
    WithdrawRuling,
)
from services.policy.rulings.queries import contradictions_out, rulings_recorded
from services.policy.rulings.shapes import ContradictionsOut

router = APIRouter(tags=["rulings"])

STATEMENT_ID = r"^[A-Z0-9-]+/[a-z0-9]+(-[a-z0-9]+)*$"


class StatementIn(BaseModel):
    """A statement by its id, as packages name it, in the edition whose words were judged."""

    statement_id: str = Field(pattern=STATEMENT_ID, max_length=160)
    edition: int = Field(ge=1)


class OtherStatementIn(StatementIn):
    policy_id: str = Field(pattern=POLICY_ID, max_length=80)


class DisputeIn(BaseModel):
    """`forbids` stands in the policy of the path; `body_id` is who rules, in `clause`."""

    forbids: StatementIn
    allows: OtherStatementIn
    effective_on: date
    clause: Words = Field(max_length=300)
    body_id: Slug


class RulingIn(DisputeIn):
    """`prevails` says which of the two statements counts from the day on."""

    prevails: Side


@router.get("/contradictions", response_model=ContradictionsOut)
async def contradictions(
    request: Request, actor: CurrentActor, after: SeenAfter, moments: AskedMoments
) -> Response:
    """What one text allows and another forbids on a day, who may rule on it, and what was ruled."""
    require(actor, "clerk", "concierge", "system")
    seen = await fresh(request, "policy_row", after)
    state = request.app.state
    found = await state.views.at(moments.valid_at, moments.known_at)
    rows = await rulings_recorded(state.kernel.reading)
    return PlainJson({"stale": not seen, **contradictions_out(found, rows, state.vocabulary)})


@router.post("/policies/{policy_id}/rulings", status_code=201)
async def give_ruling(
    policy_id: PolicyId,
    given: RulingIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> ReceiptOut:
    """Say which counts: what this policy's statement forbids, or what another's allows."""
    require(actor, "clerk", "system")
    only_for(actor, given.body_id)
    below = request.app.state.vocabulary.bodies_below(given.body_id)
    forbids, allows = _statements(policy_id, given)
    command = GiveRuling(
        forbids=forbids,
        allows=allows,
        prevails=given.prevails,
        effective_on=given.effective_on,
        clause=given.clause,
        ruled_by=given.body_id,
        below=below,
        acting_for=acting_for(actor),
        recorded_by=actor.subject,
        at=clock(),
    )
    parts = [part_of(policy_id, command), rely_on(given.body_id)]
    if allows.policy_id != policy_id:
        parts.append(part_of(allows.policy_id, RelyOnPermission(allows=allows, below=below)))
    return receipt_out(await request.app.state.kernel.handle_together(context, *parts))


@router.post("/policies/{policy_id}/rulings/withdraw", status_code=201)
async def withdraw_ruling(
    policy_id: PolicyId,
    given: DisputeIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> ReceiptOut:
    """From a day on nothing is ruled of the two statements: the stricter counts, provisionally."""
    require(actor, "clerk", "system")
    only_for(actor, given.body_id)
    forbids, allows = _statements(policy_id, given)
    command = WithdrawRuling(
        forbids=forbids,
        allows=allows,
        effective_on=given.effective_on,
        clause=given.clause,
        withdrawn_by=given.body_id,
        below=request.app.state.vocabulary.bodies_below(given.body_id),
        acting_for=acting_for(actor),
        recorded_by=actor.subject,
        at=clock(),
    )
    parts = [part_of(policy_id, command), rely_on(given.body_id)]
    return receipt_out(await request.app.state.kernel.handle_together(context, *parts))


def _statements(policy_id: str, given: DisputeIn) -> tuple[Statement, Statement]:
    forbids = Statement(policy_id=policy_id, **given.forbids.model_dump())
    return forbids, Statement(**given.allows.model_dump())
