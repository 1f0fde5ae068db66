"""What may happen to a talent's standing answer, and what sets it in motion."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from events.catalog.entitlement import EntitlementAssessed, EntitlementWithdrawn
from events.catalog.talent import FactsStated
from events.sourcing.testing import given
from events.sourcing.types import Later, Recorded
from services.policy.entitlements.domain import (
    RecordAssessment,
    WithdrawEntitlement,
    entitlement,
)
from services.policy.entitlements.process import (
    ERASED,
    AssessEveryone,
    AssessTalent,
    ForgetTalent,
    GreetLegalDay,
    UnreadableList,
    react_to_facts,
    react_to_policies,
)
from services.policy.publish import PUBLISHED as LEAVES
from tests.support.policy import BORN, NOON
from tests.unit.policy.test_policy_rules import PUBLISHED, REPEALED, SUPERSEDED

RECORD = RecordAssessment(
    talent_id="t-1",
    view_version="v-1",
    view_position=7,
    facts_version=3,
    engine_version="rules-1",
    outcome_digest="o-1",
    receipt="…",
    valid_at=date(2026, 3, 2),
    at=NOON,
)
ASSESSED = EntitlementAssessed(
    talent_id="t-1",
    view_version="v-1",
    view_position=7,
    facts_version=3,
    engine_version="rules-1",
    outcome_digest="o-1",
    receipt="…",
    valid_at=date(2026, 3, 2),
    assessed_at=NOON,
)
WITHDRAW = WithdrawEntitlement(talent_id="t-1", reason="talent-erased", at=NOON)
WITHDRAWN = EntitlementWithdrawn(talent_id="t-1", reason="talent-erased", withdrawn_at=NOON)
CHANGED = replace(RECORD, outcome_digest="o-2")


def recorded(event: object, *, stream: str, version: int = 1, name: str = "any") -> Recorded[Any]:
    return Recorded(
        event=event,
        name=name,
        event_id=UUID(int=1),
        service="any",
        stream=stream,
        version=version,
        position=9,
        recorded_at=NOON,
        actor="any",
        correlation_id="any",
        causation_id=None,
    )


def test_a_first_answer_is_recorded() -> None:
    given(entitlement).when(RECORD).then(ASSESSED)


def test_the_same_outcome_again_is_nothing() -> None:
    later = replace(RECORD, facts_version=4, view_position=8, view_version="v-2")
    given(entitlement, ASSESSED).when(later).then_nothing()


def test_a_changed_outcome_is_recorded() -> None:
    given(entitlement, ASSESSED).when(CHANGED).then(replace(ASSESSED, outcome_digest="o-2"))


def test_an_outcome_from_older_facts_or_an_older_view_is_nothing() -> None:
    for older in (replace(CHANGED, facts_version=2), replace(CHANGED, view_position=6)):
        given(entitlement, ASSESSED).when(older).then_nothing()


def test_nothing_is_assessed_after_a_withdrawal() -> None:
    given(entitlement, ASSESSED).when(WITHDRAW).then(WITHDRAWN)
    given(entitlement, ASSESSED, WITHDRAWN).when(WITHDRAW).then_nothing()
    given(entitlement, ASSESSED, WITHDRAWN).when(CHANGED).then_nothing()


def test_new_facts_are_assessed_and_a_tombstone_is_obeyed() -> None:
    stated = FactsStated(talent_id="t-1", facts=(BORN,), stated_at=NOON)
    assert list(react_to_facts(recorded(stated, stream="talent-t-1", version=4))) == [
        AssessTalent(
            talent_id="t-1",
            stream="talent-t-1",
            facts_version=4,
            facts=(BORN,),
            recorded_at=NOON,
        )
    ]
    assert list(react_to_facts(recorded(None, stream="talent-t-1", name=ERASED))) == [
        ForgetTalent(talent_id="t-1")
    ]


def test_an_envelope_without_a_payload_forgets_nobody() -> None:
    envelope = recorded(None, stream="talent-t-1", name="talent.facts-stated.v1")
    with pytest.raises(UnreadableList):
        list(react_to_facts(envelope))
    emptied = FactsStated(talent_id="t-1", facts=None, stated_at=NOON)
    with pytest.raises(UnreadableList):
        list(react_to_facts(recorded(emptied, stream="talent-t-1", name="talent.facts-stated.v1")))
    stranger = recorded(None, stream="talent-t-1", name="talent.tier-conferred.v1")
    assert list(react_to_facts(stranger)) == []


def test_a_change_of_the_view_is_followed_by_one_round_and_one_at_midnight() -> None:
    for event in (PUBLISHED, SUPERSEDED, REPEALED):
        assert list(react_to_policies(recorded(event, stream="policy-DEMO-1"))) == [
            Later(
                timer="assess-everyone",
                due_at=NOON + timedelta(seconds=1),
                command=AssessEveryone(position=9),
            ),
            Later(
                timer="legal-day/2026-03-03",
                due_at=datetime(2026, 3, 2, 16, 0, tzinfo=UTC),
                command=GreetLegalDay(day=date(2026, 3, 3)),
            ),
        ]


def test_an_answer_sets_nothing_in_motion() -> None:
    assert list(react_to_policies(recorded(ASSESSED, stream="entitlement-t-1"))) == []


def test_nothing_of_an_answer_leaves_from_which_it_could_be_guessed() -> None:
    assert LEAVES[EntitlementAssessed].fields == ()
