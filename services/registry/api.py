"""What can be asked of the registry: to register a talent, state facts, verify, confer."""

from fastapi import APIRouter, HTTPException

from events.edge.asking import Asked, TheClock, new_id
from events.edge.identity import Actor, CurrentActor, require
from events.edge.receipts import ReceiptOut, receipt_out
from events.sourcing.clock import legal_day
from events.sourcing.handle import Part
from services.registry.asking import (
    KEEPERS,
    TalentId,
    TheClaimKey,
    TheKernel,
    TheVocabulary,
    require_own_or,
    stream_of,
)
from services.registry.bodies import FactIn, FactsIn, RegisteredOut, TalentIn, TierIn, stated
from services.registry.identity.claims import claim_stream, holder_leaves
from services.registry.identity.domain import ClaimIdentity, identity
from services.registry.identity.numbers import claim_of, read_document
from services.registry.talent.commands import (
    ConferTier,
    RecordFacts,
    RegisterTalent,
    VerifyCredential,
)
from services.registry.talent.domain import talent
from services.registry.talent.titles import code_of, title_held
from services.registry.vocabulary.check import check_fact, is_ruling

router = APIRouter(tags=["talents"])


@router.post("/talents", status_code=201)
async def register_talent(
    body: TalentIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    kernel: TheKernel,
    key: TheClaimKey,
) -> RegisteredOut:
    """Register somebody. A number that is registered is refused without saying whose it is.

    Where its holder is being forgotten just now, the refusal says from when on to try again.
    """
    require(actor, *KEEPERS)
    at = clock()
    document = read_document(body.identity_kind, body.identity_number, on=legal_day(at))
    talent_id, claim = new_id(context, "talent"), claim_of(document, key)
    receipt = await kernel.handle_together(
        context,
        Part(
            decider=talent,
            stream=stream_of(talent_id),
            command=RegisterTalent(
                talent_id=talent_id,
                full_name=body.full_name,
                document=document,
                registered_by=actor.subject,
                at=at,
            ),
        ),
        Part(
            decider=identity,
            stream=claim_stream(claim),
            command=ClaimIdentity(
                identity_hash=claim,
                talent_id=talent_id,
                at=at,
                holder_leaves=await holder_leaves(kernel.desk, claim),
            ),
        ),
    )
    return RegisteredOut(talent_id=talent_id, **receipt_out(receipt).model_dump())


@router.post("/talents/{talent_id}/facts")
async def record_facts(
    talent_id: TalentId,
    body: FactsIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    kernel: TheKernel,
    vocabulary: TheVocabulary,
) -> ReceiptOut:
    """State facts. A talent declares their own; only the registry's staff verify or infer."""
    require_own_or(actor, talent_id, *KEEPERS)
    at = clock()
    facts = tuple(stated(fact, at=at) for fact in body.facts)
    for fact in facts:
        check_fact(fact, vocabulary)
        if fact.source != "declared" or is_ruling(fact):
            require(actor, *KEEPERS)
    command = RecordFacts(talent_id=talent_id, facts=facts, recorded_by=actor.subject, at=at)
    return receipt_out(await kernel.handle(talent, stream_of(talent_id), command, context))


@router.post("/talents/{talent_id}/credentials")
async def verify_credential(
    talent_id: TalentId,
    body: FactIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    kernel: TheKernel,
    vocabulary: TheVocabulary,
) -> ReceiptOut:
    """Record that a document was seen and proves a fact."""
    require(actor, *KEEPERS)
    at = clock()
    fact = stated(body, at=at, source="verified")
    check_fact(fact, vocabulary)
    command = VerifyCredential(talent_id=talent_id, fact=fact, verified_by=actor.subject, at=at)
    return receipt_out(await kernel.handle(talent, stream_of(talent_id), command, context))


@router.post("/talents/{talent_id}/tiers")
async def confer_tier(
    talent_id: TalentId,
    body: TierIn,
    context: Asked,
    actor: CurrentActor,
    clock: TheClock,
    kernel: TheKernel,
    vocabulary: TheVocabulary,
) -> ReceiptOut:
    """Record that a body conferred a tier: the body itself does, or the registry for it."""
    require_conferring(actor, body.conferred_by)
    at = clock()
    title = title_held(
        vocabulary,
        code=code_of(body.programme, body.tier),
        term=(body.valid_from, body.valid_to),
        document=body.document,
        at=at,
    )
    check_fact(title, vocabulary)
    command = ConferTier(
        talent_id=talent_id,
        programme=body.programme,
        tier=body.tier,
        title=title,
        conferred_by=body.conferred_by,
        recorded_by=actor.subject,
        at=at,
    )
    return receipt_out(await kernel.handle(talent, stream_of(talent_id), command, context))


def require_conferring(actor: Actor, body_id: str) -> None:
    """403 unless the actor keeps the registry or speaks for the body that confers."""
    speaks = actor.may("clerk") and actor.body_id is not None and actor.body_id == body_id
    if not (speaks or actor.may(*KEEPERS)):
        raise HTTPException(403, "only the body that confers a tier, or the registry, records it")
