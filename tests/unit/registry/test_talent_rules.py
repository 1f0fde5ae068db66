"""What may happen to a talent's file, and that every change restates the whole of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from events.catalog.talent import (
    CredentialVerified,
    FactsRecorded,
    FactsStated,
    TalentErased,
    TalentRegistered,
    TierConferred,
)
from events.sourcing.testing import given
from services.registry.identity.numbers import Passport, ResidentId
from services.registry.talent.commands import (
    ConferTier,
    RecordFacts,
    RegisterTalent,
    TalentCommand,
    VerifyCredential,
)
from services.registry.talent.domain import talent
from tests.support.registry import NOON, fact

LATER = NOON + timedelta(hours=1)
CARD = ResidentId(number="000001199005170029", birth_date=date(1990, 5, 17), sex="female")
REGISTER = RegisterTalent(
    talent_id="t-1", full_name="王样例", document=CARD, registered_by="staff-1", at=NOON
)
REGISTERED = TalentRegistered(
    talent_id="t-1",
    full_name="王样例",
    identity_number=CARD.number,
    identity_kind="resident-id",
    registered_by="staff-1",
    registered_at=NOON,
)
BORN = fact("birth_date", "1990-05-17", source="verified", document="resident-id")
SEX = fact("sex", "female", source="verified", document="resident-id")
READ = FactsRecorded(talent_id="t-1", facts=(BORN, SEX), recorded_by="staff-1", recorded_at=NOON)
FIRST_LIST = FactsStated(talent_id="t-1", facts=(BORN, SEX), stated_at=NOON)
FILE = (REGISTERED, READ, FIRST_LIST)

MASTER = fact("highest_degree", "master", at=LATER)
DOCTOR = fact("highest_degree", "doctor", source="verified", at=LATER, document="degree")
DECLARE = RecordFacts(talent_id="t-1", facts=(MASTER,), recorded_by="t-1", at=LATER)
VERIFY = VerifyCredential(talent_id="t-1", fact=DOCTOR, verified_by="staff-1", at=LATER)
TITLE = fact(
    "titles_held",
    "mh.chunshen.B1",
    source="verified",
    term=(date(2025, 1, 1), date(2027, 12, 31)),
    at=LATER,
)
CONFER = ConferTier(
    talent_id="t-1",
    programme="mh.chunshen",
    tier="B1",
    title=TITLE,
    conferred_by="minhang",
    recorded_by="clerk-1",
    at=LATER,
)
ERASED = TalentErased(talent_id="t-1", reason="asked", erased_by="staff-1", erased_at=LATER)


def test_a_resident_is_registered_with_what_the_card_proves() -> None:
    given(talent).when(REGISTER).then(*FILE)


def test_a_passport_proves_nothing_but_itself() -> None:
    passport = Passport(number="UTO-L898902C3")
    registered = replace(REGISTERED, identity_number=passport.number, identity_kind="passport")
    nothing = FactsStated(talent_id="t-1", facts=(), stated_at=NOON)
    given(talent).when(replace(REGISTER, document=passport)).then(registered, nothing)


def test_nobody_is_registered_twice_under_one_id() -> None:
    given(talent, *FILE).when(REGISTER).then_refused("talent-already-registered")


def test_a_declared_fact_joins_the_list() -> None:
    given(talent, *FILE).when(DECLARE).then(
        FactsRecorded(talent_id="t-1", facts=(MASTER,), recorded_by="t-1", recorded_at=LATER),
        FactsStated(talent_id="t-1", facts=(BORN, SEX, MASTER), stated_at=LATER),
    )


def test_the_same_statement_again_is_nothing() -> None:
    before = FactsStated(talent_id="t-1", facts=(BORN, SEX, MASTER), stated_at=LATER)
    again = replace(DECLARE, facts=(replace(MASTER, recorded_at=LATER + timedelta(days=1)),))
    given(talent, *FILE, before).when(again).then_nothing()


def test_two_statements_in_one_breath_may_not_contradict_each_other() -> None:
    both = replace(DECLARE, facts=(MASTER, replace(MASTER, value="doctor")))
    given(talent, *FILE).when(both).then_refused("facts-contradict")


def test_a_verified_credential_closes_what_was_only_declared() -> None:
    declared = replace(MASTER, recorded_at=NOON)
    before = FactsStated(talent_id="t-1", facts=(declared,), stated_at=NOON)
    given(talent, *FILE, before).when(VERIFY).then(
        CredentialVerified(talent_id="t-1", fact=DOCTOR, verified_by="staff-1", verified_at=LATER),
        FactsStated(
            talent_id="t-1",
            facts=(replace(declared, retracted_at=LATER), DOCTOR),
            stated_at=LATER,
        ),
    )


def test_a_credential_verified_twice_is_verified_once() -> None:
    before = FactsStated(talent_id="t-1", facts=(DOCTOR,), stated_at=LATER)
    given(talent, *FILE, before).when(VERIFY).then_nothing()


def test_a_conferred_tier_becomes_a_title_held_for_its_term() -> None:
    given(talent, *FILE).when(CONFER).then(
        TierConferred(
            talent_id="t-1",
            programme="mh.chunshen",
            tier="B1",
            conferred_by="minhang",
            valid_from=date(2025, 1, 1),
            valid_to=date(2027, 12, 31),
            document=None,
            recorded_by="clerk-1",
            conferred_at=LATER,
        ),
        FactsStated(talent_id="t-1", facts=(BORN, SEX, TITLE), stated_at=LATER),
    )


def test_a_tier_conferred_again_for_the_same_term_is_nothing() -> None:
    before = FactsStated(talent_id="t-1", facts=(TITLE,), stated_at=LATER)
    given(talent, *FILE, before).when(CONFER).then_nothing()


@pytest.mark.parametrize("command", [DECLARE, VERIFY, CONFER])
def test_nothing_is_recorded_about_somebody_unknown(command: TalentCommand) -> None:
    given(talent).when(command).then_refused("talent-not-found")


@pytest.mark.parametrize("command", [DECLARE, VERIFY, CONFER])
def test_nothing_is_recorded_about_somebody_forgotten(command: TalentCommand) -> None:
    given(talent, *FILE, ERASED).when(command).then_refused("talent-erased")


def test_a_list_that_was_forgotten_can_still_be_folded() -> None:
    forgotten = FactsStated(talent_id="t-1", facts=None, stated_at=NOON)
    given(talent, REGISTERED, forgotten, ERASED).when(REGISTER).then_refused(
        "talent-already-registered"
    )
