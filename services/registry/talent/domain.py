"""The rules of a talent's file: every change restates the whole fact list in the same breath."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from events.catalog.talent import (
    CredentialVerified,
    Fact,
    FactsRecorded,
    FactsStated,
    TalentEvent,
    TalentRegistered,
    TierConferred,
)
from events.sourcing.decider import Decider
from events.sourcing.types import Refused
from services.registry.identity.numbers import IdentityDocument, Passport, ResidentId, kind_of
from services.registry.talent.commands import (
    ConferTier,
    RecordFacts,
    RegisterTalent,
    TalentCommand,
    VerifyCredential,
)
from services.registry.talent.facts import news, restated
from services.registry.talent.leaving import decide_leaving, file_of
from services.registry.talent.size import fits
from services.registry.talent.states import Talent, Unregistered, evolve


def register_talent(command: RegisterTalent, talent: Talent) -> Sequence[TalentEvent]:
    if not isinstance(talent, Unregistered):
        raise Refused("talent-already-registered")
    registered = TalentRegistered(
        talent_id=command.talent_id,
        full_name=command.full_name,
        identity_number=command.document.number,
        identity_kind=kind_of(command.document),
        registered_by=command.registered_by,
        registered_at=command.at,
    )
    facts = facts_of(command.document, at=command.at)
    stated = _state(command.talent_id, (), facts, at=command.at)
    if not facts:
        return [registered, stated]
    read = FactsRecorded(
        talent_id=command.talent_id,
        facts=facts,
        recorded_by=command.registered_by,
        recorded_at=command.at,
    )
    return [registered, read, stated]


def facts_of(document: IdentityDocument, *, at: datetime) -> tuple[Fact, ...]:
    """What an identity document proves by itself."""
    match document:
        case ResidentId():
            born = document.birth_date.isoformat()
            return _proven("birth_date", born, at), _proven("sex", document.sex, at)
        case Passport():
            return ()
        case _:
            assert_never(document)


def _proven(name: str, value: str, at: datetime) -> Fact:
    return Fact(
        name=name,
        value=value,
        source="verified",
        valid_from=None,
        valid_to=None,
        recorded_at=at,
        document="resident-id",
    )


def record_facts(command: RecordFacts, talent: Talent) -> Sequence[TalentEvent]:
    held = file_of(talent).facts
    facts = news(held, command.facts)
    if not facts:
        return []
    recorded = FactsRecorded(
        talent_id=command.talent_id,
        facts=facts,
        recorded_by=command.recorded_by,
        recorded_at=command.at,
    )
    return [recorded, _state(command.talent_id, held, facts, at=command.at)]


def verify_credential(command: VerifyCredential, talent: Talent) -> Sequence[TalentEvent]:
    held = file_of(talent).facts
    facts = news(held, [command.fact])
    if not facts:
        return []
    verified = CredentialVerified(
        talent_id=command.talent_id,
        fact=command.fact,
        verified_by=command.verified_by,
        verified_at=command.at,
    )
    return [verified, _state(command.talent_id, held, facts, at=command.at)]


def confer_tier(command: ConferTier, talent: Talent) -> Sequence[TalentEvent]:
    held = file_of(talent).facts
    facts = news(held, [command.title])
    if not facts:
        return []
    conferred = TierConferred(
        talent_id=command.talent_id,
        programme=command.programme,
        tier=command.tier,
        conferred_by=command.conferred_by,
        valid_from=command.title.valid_from,
        valid_to=command.title.valid_to,
        document=command.title.document,
        recorded_by=command.recorded_by,
        conferred_at=command.at,
    )
    return [conferred, _state(command.talent_id, held, facts, at=command.at)]


def _state(
    talent_id: str, held: Sequence[Fact], facts: Sequence[Fact], *, at: datetime
) -> FactsStated:
    whole = restated(held, facts)
    fits(whole, stated=facts)
    return FactsStated(talent_id=talent_id, facts=whole, stated_at=at)


def decide(command: TalentCommand, talent: Talent) -> Sequence[TalentEvent]:
    match command:
        case RegisterTalent():
            return register_talent(command, talent)
        case RecordFacts():
            return record_facts(command, talent)
        case VerifyCredential():
            return verify_credential(command, talent)
        case ConferTier():
            return confer_tier(command, talent)
        case _:
            return decide_leaving(command, talent)


OVERTAKEN = (FactsStated, FactsRecorded, CredentialVerified, TierConferred)
"""The newest list says all of them; a file of many years is not opened from its first page."""

talent: Decider[TalentCommand, Talent, TalentEvent] = Decider(
    "talent", Unregistered(), decide, evolve, overtaken=OVERTAKEN
)
