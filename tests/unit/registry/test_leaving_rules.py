"""Who may be forgotten and when: a legal hold bars it, at the request and after it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from events.catalog.talent import (
    ErasureCompleted,
    ErasureRequested,
    FactsStated,
    LegalHoldLifted,
    LegalHoldPlaced,
    TalentErased,
    TalentRegistered,
)
from events.sourcing.testing import given
from services.registry.talent.commands import (
    CompleteErasure,
    EraseTalent,
    LeavingCommand,
    LiftHold,
    PlaceHold,
    RequestErasure,
)
from services.registry.talent.domain import talent
from tests.support.registry import NOON, fact

LATER = NOON + timedelta(hours=1)
REGISTERED = TalentRegistered(
    talent_id="t-1",
    full_name="王样例",
    identity_number="000001199005170029",
    identity_kind="resident-id",
    registered_by="staff-1",
    registered_at=NOON,
)
STATED = FactsStated(talent_id="t-1", facts=(fact("sex", "female"),), stated_at=NOON)
FILE = (REGISTERED, STATED)

PLACE = PlaceHold(
    talent_id="t-1",
    hold_id="h-1",
    authority="minhang-court",
    reason="case 7",
    placed_by="staff-1",
    at=NOON,
)
LIFT = LiftHold(
    talent_id="t-1",
    hold_id="h-1",
    authority="minhang-court",
    reason="case 7 is closed",
    lifted_by="staff-2",
    at=LATER,
)
REQUEST = RequestErasure(talent_id="t-1", reason="consent-withdrawn", requested_by="t-1", at=NOON)
ERASE = EraseTalent(talent_id="t-1", at=LATER)
COMPLETE = CompleteErasure(talent_id="t-1", at=LATER)

PLACED = LegalHoldPlaced(
    talent_id="t-1",
    hold_id="h-1",
    authority="minhang-court",
    reason="case 7",
    placed_by="staff-1",
    placed_at=NOON,
)
LIFTED = LegalHoldLifted(
    talent_id="t-1",
    hold_id="h-1",
    authority="minhang-court",
    reason="case 7 is closed",
    lifted_by="staff-2",
    lifted_at=LATER,
)
REQUESTED = ErasureRequested(
    talent_id="t-1", reason="consent-withdrawn", requested_by="t-1", requested_at=NOON
)
ERASED = TalentErased(talent_id="t-1", reason="consent-withdrawn", erased_by="t-1", erased_at=LATER)
COMPLETED = ErasureCompleted(talent_id="t-1", completed_at=LATER)


def test_somebody_registered_may_ask_to_be_forgotten() -> None:
    given(talent, *FILE).when(REQUEST).then(REQUESTED)


def test_to_ask_twice_is_to_have_asked() -> None:
    given(talent, *FILE, REQUESTED).when(REQUEST).then_nothing()


def test_what_was_asked_for_is_done() -> None:
    given(talent, *FILE, REQUESTED).when(ERASE).then(ERASED)


def test_nobody_is_erased_who_was_not_asked_for() -> None:
    given(talent, *FILE).when(ERASE).then_refused("erasure-not-requested")


def test_erasing_twice_is_erasing_once() -> None:
    given(talent, *FILE, REQUESTED, ERASED).when(ERASE).then_nothing()


def test_a_legal_hold_bars_the_request() -> None:
    given(talent, *FILE, PLACED).when(REQUEST).then_refused("erasure-on-legal-hold")


def test_a_hold_that_came_after_the_request_bars_the_erasure() -> None:
    given(talent, *FILE, REQUESTED, PLACED).when(ERASE).then_refused("erasure-on-legal-hold")


def test_a_lifted_hold_bars_nothing() -> None:
    given(talent, *FILE, PLACED, LIFTED).when(REQUEST).then(REQUESTED)
    given(talent, *FILE, REQUESTED, PLACED, LIFTED).when(ERASE).then(ERASED)


def test_of_two_holds_each_bars_by_itself() -> None:
    second = replace(PLACED, hold_id="h-2", authority="tax-bureau")
    given(talent, *FILE, PLACED, second, LIFTED).when(REQUEST).then_refused("erasure-on-legal-hold")


def test_a_hold_stands_through_new_facts() -> None:
    given(talent, *FILE, PLACED, STATED).when(REQUEST).then_refused("erasure-on-legal-hold")


def test_a_hold_says_who_ordered_it_and_why() -> None:
    given(talent, *FILE).when(PLACE).then(PLACED)
    given(talent, *FILE, PLACED).when(LIFT).then(LIFTED)


def test_one_hold_is_placed_once_and_lifted_once() -> None:
    given(talent, *FILE, PLACED).when(PLACE).then_refused("hold-already-placed")
    given(talent, *FILE, PLACED, LIFTED).when(LIFT).then_refused("hold-not-found")


@pytest.mark.parametrize("command", [PLACE, LIFT, REQUEST])
def test_a_hold_comes_too_late_for_somebody_who_is_erased(command: LeavingCommand) -> None:
    given(talent, *FILE, REQUESTED, ERASED).when(command).then_refused("talent-erased")


@pytest.mark.parametrize("command", [PLACE, LIFT, REQUEST, ERASE])
def test_nobody_unknown_is_held_or_forgotten(command: LeavingCommand) -> None:
    given(talent).when(command).then_refused("talent-not-found")


def test_it_is_complete_only_after_it_was_begun_and_only_once() -> None:
    given(talent, *FILE, REQUESTED).when(COMPLETE).then_refused("talent-not-erased")
    given(talent, *FILE, REQUESTED, ERASED).when(COMPLETE).then(COMPLETED)
    given(talent, *FILE, REQUESTED, ERASED, COMPLETED).when(COMPLETE).then_nothing()


def test_a_forgotten_talent_stays_forgotten() -> None:
    given(talent, *FILE, REQUESTED, ERASED, COMPLETED).when(REQUEST).then_refused("talent-erased")


def test_a_hold_whose_reason_was_forgotten_can_still_be_folded() -> None:
    unreadable = replace(PLACED, reason=None)
    given(talent, *FILE, unreadable, LIFTED, REQUESTED, ERASED).when(ERASE).then_nothing()
