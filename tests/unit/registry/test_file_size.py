"""A fact list may not outgrow the message in which it leaves."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from events.catalog.talent import Fact, FactEntry, FactsStated
from events.sourcing.bus import PAYLOAD_LIMIT, records_of
from events.sourcing.testing import given
from events.sourcing.types import Recorded, Refused
from services.registry.publish import PUBLISHED, STATES
from services.registry.talent.commands import RecordFacts, VerifyCredential
from services.registry.talent.domain import talent
from services.registry.talent.size import DECLARED_LIMIT, LIMIT, fits
from tests.support.registry import NOON, fact

LATER = NOON + timedelta(hours=1)
MONTHS: tuple[FactEntry, ...] = tuple(
    {"month": f"{1970 + n // 12}-{n % 12 + 1:02}", "base_percent": 100} for n in range(600)
)
INSURED = fact("social_insurance", MONTHS)
DECLARED = fact("highest_degree", "master", at=LATER)
VERIFIED = replace(DECLARED, source="verified")


def closed_rows(count: int) -> tuple[Fact, ...]:
    """What was corrected again and again; every row stays."""
    return tuple(replace(INSURED, retracted_at=NOON) for _ in range(count))


HALF_FULL, FULL = closed_rows(18), closed_rows(27)


def stated(facts: tuple[Fact, ...]) -> FactsStated:
    return FactsStated(talent_id="t-1", facts=facts, stated_at=NOON)


def test_a_talent_cannot_fill_their_own_file_to_the_end() -> None:
    declare = RecordFacts(talent_id="t-1", facts=(DECLARED,), recorded_by="t-1", at=LATER)
    given(talent, stated(HALF_FULL)).when(declare).then_refused("file-too-large")


def test_the_registry_still_verifies_what_no_declaration_has_room_for() -> None:
    verify = VerifyCredential(talent_id="t-1", fact=VERIFIED, verified_by="staff-1", at=LATER)
    _, whole = talent.decide(verify, talent.evolve(talent.initial, stated(HALF_FULL)))
    assert isinstance(whole, FactsStated)
    assert whole.facts is not None
    assert VERIFIED in whole.facts


def test_a_full_file_takes_nothing_more() -> None:
    verify = VerifyCredential(talent_id="t-1", fact=VERIFIED, verified_by="staff-1", at=LATER)
    given(talent, stated(FULL)).when(verify).then_refused("file-too-large")


def test_the_longest_list_leaves_in_one_message_with_room_to_spare() -> None:
    longest = HALF_FULL
    while True:
        try:
            fits((*longest, INSURED), stated=[VERIFIED])
        except Refused:
            break
        longest = (*longest, INSURED)
    recorded = Recorded(
        event=stated(longest),
        name="talent.facts-stated.v1",
        event_id=UUID(int=1),
        service="registry",
        stream="talent-t-1",
        version=1,
        position=1,
        recorded_at=NOON,
        actor="staff-1",
        correlation_id="c-1",
        causation_id=None,
    )
    _, state = records_of(recorded, published=PUBLISHED, states=STATES)
    assert state.value is not None
    assert DECLARED_LIMIT < len(state.value) < PAYLOAD_LIMIT * 3 // 4


def test_both_limits_leave_room_for_an_ordinary_life() -> None:
    fits((INSURED,) * 10, stated=[DECLARED])
    with pytest.raises(Refused, match="file-too-large"):
        fits((INSURED,) * 30, stated=[])
    assert LIMIT > DECLARED_LIMIT
