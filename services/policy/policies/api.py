"""Superseding, repealing and amending policies, and reading the view over them all."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from events.edge.asking import Asked, TheClock
from events.edge.identity import Actor, CurrentActor, require
from events.edge.plain import PlainJson
from events.edge.receipts import ReceiptOut, SeenAfter, fresh, receipt_out
from events.edge.words import Words
from events.sourcing.handle import Part
from services.policy.policies.acting import acting_for, only_for
from services.policy.policies.asking import AskedMoments
from services.policy.policies.commands import (
    AmendKind,
    AmendPolicy,
    FillQuota,
    PolicyCommand,
    RelyOnPolicy,
    RepealPolicy,
    SupersedePolicy,
)
from services.policy.policies.counting import AskedPolicies, seen_by
from services.policy.policies.domain import policy
from services.policy.policies.queries import figures_out, policy_out, rows_of, view_out
from services.policy.policies.shapes import FiguresOut, PolicyOut, ViewOut

router = APIRouter(tags=["policies"])

POLICY_ID = r"^[A-Z0-9]+(-[A-Z0-9]+)*$"

PolicyId = Annotated[str, Path(pattern=POLICY_ID, max_length=80)]


class SupersedePolicyIn(BaseModel):
    superseded_by: str = Field(pattern=POLICY_ID, max_length=80)
    effective_on: date


class RepealPolicyIn(BaseModel):
    effective_on: date
    reason: Words = Field(max_length=500)


class AmendPolicyIn(BaseModel):
    """A last day left out is open; `clause` names the notice and the place in it."""

    kind: AmendKind
    first_on: date | None = None
    last_on: date | None = None
    edition: int | None = Field(default=None, ge=2)
    clause: Words = Field(max_length=300)


class FillQuotaIn(BaseModel):
    """Both days are included; without a last day nothing is left until further notice."""

    first_on: date
    last_on: date | None = None


@router.post("/policies/{policy_id}/supersede", status_code=201)
async def supersede_policy(
    policy_id: PolicyId,
    given: SupersedePolicyIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> ReceiptOut:
    """Say that another published policy stands in this one's place from a day on."""
    await _may_end(request, actor, policy_id)
    command = SupersedePolicy(
        policy_id=policy_id,
        superseded_by=given.superseded_by,
        effective_on=given.effective_on,
        acting_for=acting_for(actor),
        recorded_by=actor.subject,
        at=clock(),
    )
    parts = [part_of(policy_id, command)]
    if given.superseded_by != policy_id:
        other = RelyOnPolicy(policy_id=given.superseded_by)
        parts.append(part_of(given.superseded_by, other))
    return receipt_out(await request.app.state.kernel.handle_together(context, *parts))


@router.post("/policies/{policy_id}/repeal", status_code=201)
async def repeal_policy(
    policy_id: PolicyId,
    given: RepealPolicyIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> ReceiptOut:
    """End a policy from a day on."""
    await _may_end(request, actor, policy_id)
    command = RepealPolicy(
        policy_id=policy_id,
        effective_on=given.effective_on,
        reason=given.reason,
        acting_for=acting_for(actor),
        recorded_by=actor.subject,
        at=clock(),
    )
    return await _recorded(request, context, policy_id, command)


@router.post("/policies/{policy_id}/amend", status_code=201)
async def amend_policy(
    policy_id: PolicyId,
    given: AmendPolicyIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> ReceiptOut:
    """Prolong, postpone or suspend a policy, or say from which day its wording changes."""
    await _may_end(request, actor, policy_id)
    command = AmendPolicy(
        policy_id=policy_id,
        **given.model_dump(),
        acting_for=acting_for(actor),
        recorded_by=actor.subject,
        at=clock(),
    )
    return await _recorded(request, context, policy_id, command)


@router.post("/policies/{policy_id}/quota-filled", status_code=201)
async def fill_quota(
    policy_id: PolicyId,
    given: FillQuotaIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    request: Request,
) -> ReceiptOut:
    """Say that nothing is left of a policy for a time."""
    await _may_end(request, actor, policy_id)
    command = FillQuota(
        policy_id=policy_id,
        **given.model_dump(),
        acting_for=acting_for(actor),
        recorded_by=actor.subject,
        at=clock(),
    )
    return await _recorded(request, context, policy_id, command)


def part_of(policy_id: str, command: PolicyCommand) -> Part:
    """What is said of one policy, to be recorded together with other parts."""
    return Part(decider=policy, stream=f"policy-{policy_id}", command=command)


async def _recorded(
    request: Request, context: Asked, policy_id: str, command: PolicyCommand
) -> ReceiptOut:
    """What a body says of one policy of its own."""
    kernel = request.app.state.kernel
    return receipt_out(await kernel.handle(policy, f"policy-{policy_id}", command, context))


@router.get("/policies", response_model=ViewOut)
async def policies(
    request: Request,
    _actor: CurrentActor,
    after: SeenAfter,
    moments: AskedMoments,
    counting: AskedPolicies,
) -> Response:
    """The consolidated view of a day, as known at a moment."""
    seen = await fresh(request, "policy_row", after)
    state = request.app.state
    found = await seen_by(state.views, moments, counting)
    return PlainJson({"stale": not seen, **view_out(found, state.vocabulary, counting)})


@router.get("/figures", response_model=FiguresOut)
async def figures(
    request: Request,
    _actor: CurrentActor,
    after: SeenAfter,
    moments: AskedMoments,
    counting: AskedPolicies,
) -> Response:
    """Every number, date and sum of the view, with its body, its document and its clause."""
    seen = await fresh(request, "policy_row", after)
    state = request.app.state
    found = await seen_by(state.views, moments, counting)
    return PlainJson({"stale": not seen, **figures_out(found, state.vocabulary, counting)})


@router.get("/policies/{policy_id}", response_model=PolicyOut)
async def one_policy(
    policy_id: PolicyId,
    request: Request,
    _actor: CurrentActor,
    after: SeenAfter,
    moments: AskedMoments,
) -> Response:
    """One policy as it stands that day, with its document and what was said about it since."""
    seen = await fresh(request, "policy_row", after)
    state = request.app.state
    found = await state.views.at(moments.valid_at, moments.known_at)
    rows = await rows_of(state.kernel.reading, policy_id)
    return PlainJson({"stale": not seen, **policy_out(found, policy_id, rows, state.vocabulary)})


async def _may_end(request: Request, actor: Actor, policy_id: str) -> None:
    """A policy never changes its body, so what the read model says of it holds."""
    require(actor, "clerk", "system")
    rows = await rows_of(request.app.state.kernel.reading, policy_id)
    if rows:
        only_for(actor, rows[0].issuer_id)
