"""What can be asked about leaving the registry: to be forgotten, and to hold that up by law."""

from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Path
from pydantic import Field

from events.edge.asking import Asked, TheClock, new_id
from events.edge.identity import CurrentActor, require
from events.edge.receipts import ReceiptOut, receipt_out
from events.edge.words import Line
from services.registry.asking import KEEPERS, TalentId, TheKernel, require_own_or, stream_of
from services.registry.bodies import Closed, Reference
from services.registry.talent.commands import LiftHold, PlaceHold, RequestErasure
from services.registry.talent.domain import talent

router = APIRouter(tags=["leaving"])

# Personal Information Protection Law (2021), article 47: when somebody's data must be deleted.
Reason: TypeAlias = Literal[
    "purpose-achieved", "retention-ended", "consent-withdrawn", "unlawful-processing"
]
HoldId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


class ErasureIn(Closed):
    reason: Reason


class HoldIn(Closed):
    """`authority` is the court or body that orders it, never a person; `reason` is sealed."""

    authority: Reference
    reason: Annotated[Line, Field(max_length=400)]


class HeldOut(ReceiptOut):
    """The receipt, and the number under which the hold can be lifted."""

    hold_id: str


@router.post("/talents/{talent_id}/erasure", status_code=202)
async def request_erasure(
    talent_id: TalentId,
    body: ErasureIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    kernel: TheKernel,
) -> ReceiptOut:
    """Ask to be forgotten. It cannot be taken back, and a legal hold bars it."""
    require_own_or(actor, talent_id, *KEEPERS)
    command = RequestErasure(
        talent_id=talent_id, reason=body.reason, requested_by=actor.subject, at=clock()
    )
    return receipt_out(await kernel.handle(talent, stream_of(talent_id), command, context))


@router.post("/talents/{talent_id}/holds", status_code=201)
async def place_hold(
    talent_id: TalentId,
    body: HoldIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    kernel: TheKernel,
) -> HeldOut:
    """Record that an authority forbids to forget this talent."""
    require(actor, *KEEPERS)
    hold_id = new_id(context, "hold")
    command = PlaceHold(
        talent_id=talent_id,
        hold_id=hold_id,
        authority=body.authority,
        reason=body.reason,
        placed_by=actor.subject,
        at=clock(),
    )
    receipt = await kernel.handle(talent, stream_of(talent_id), command, context)
    return HeldOut(hold_id=hold_id, **receipt_out(receipt).model_dump())


@router.post("/talents/{talent_id}/holds/{hold_id}/lift")
async def lift_hold(
    talent_id: TalentId,
    hold_id: HoldId,
    body: HoldIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    kernel: TheKernel,
) -> ReceiptOut:
    """Record that an authority allows it again; a request that waited is then carried out."""
    require(actor, *KEEPERS)
    command = LiftHold(
        talent_id=talent_id,
        hold_id=hold_id,
        authority=body.authority,
        reason=body.reason,
        lifted_by=actor.subject,
        at=clock(),
    )
    return receipt_out(await kernel.handle(talent, stream_of(talent_id), command, context))
