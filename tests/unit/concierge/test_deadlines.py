"""What the passing of time records: early nothing, on time nothing, late once, twice once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from events.sourcing.testing import Scenario
from events.sourcing.testing import given as starting_from
from services.concierge.commands import ClockName, LookAtCalendar, NoticeDeadline
from services.concierge.domain import ticket, tickets
from tests.unit.concierge.samples import (
    ACCEPTED,
    ANSWERED,
    AWAITED,
    FIRST_RESPONSE_BREACHED,
    FIRST_RESPONSE_DUE,
    IMAGINED_2027,
    JUST_AFTER,
    OPENED,
    OPENED_TOO_EARLY_TO_SAY,
    PROMISED,
    RATED,
    RESOLUTION_BREACHED,
    RESOLUTION_DUE,
    RESOLVED,
)

NOTICE_RESPONSE = NoticeDeadline(
    ticket_id="t-1", clock="first_response", at=FIRST_RESPONSE_BREACHED.noticed_at
)
NOTICE_RESOLUTION = NoticeDeadline(
    ticket_id="t-1", clock="resolution", at=RESOLUTION_BREACHED.noticed_at
)
LOOK = LookAtCalendar(ticket_id="t-1", at=PROMISED.promised_at)


def given(*events: object) -> Scenario:
    return starting_from(ticket, *events)


def test_a_first_response_that_is_not_due_yet_is_no_breach() -> None:
    given(OPENED).when(replace(NOTICE_RESPONSE, at=FIRST_RESPONSE_DUE - JUST_AFTER)).then_nothing()


def test_a_first_response_due_this_moment_is_no_breach() -> None:
    given(OPENED).when(replace(NOTICE_RESPONSE, at=FIRST_RESPONSE_DUE)).then_nothing()


def test_a_first_response_is_broken_just_after_its_due_moment() -> None:
    noticed_at = FIRST_RESPONSE_DUE + JUST_AFTER
    given(OPENED).when(replace(NOTICE_RESPONSE, at=noticed_at)).then(
        replace(FIRST_RESPONSE_BREACHED, noticed_at=noticed_at)
    )


def test_a_breach_noticed_late_took_effect_at_the_due_moment() -> None:
    next_day = FIRST_RESPONSE_DUE + timedelta(days=1)
    given(OPENED).when(replace(NOTICE_RESPONSE, at=next_day)).then(
        replace(FIRST_RESPONSE_BREACHED, due_at=FIRST_RESPONSE_DUE, noticed_at=next_day)
    )


def test_a_ticket_accepted_but_not_answered_breaks_its_first_response() -> None:
    given(OPENED, ACCEPTED).when(NOTICE_RESPONSE).then(FIRST_RESPONSE_BREACHED)


def test_a_first_response_is_broken_once() -> None:
    given(OPENED, FIRST_RESPONSE_BREACHED).when(NOTICE_RESPONSE).then_nothing()


@pytest.mark.parametrize(
    "past",
    [
        (OPENED, ACCEPTED, ANSWERED),
        (OPENED, ACCEPTED, ANSWERED, RESOLVED),
        (OPENED, ACCEPTED, ANSWERED, RESOLVED, RATED),
    ],
)
def test_an_answered_ticket_keeps_its_first_response(past: tuple[object, ...]) -> None:
    given(*past).when(NOTICE_RESPONSE).then_nothing()


def test_a_resolution_that_is_not_due_yet_is_no_breach() -> None:
    given(OPENED, ACCEPTED, ANSWERED).when(
        replace(NOTICE_RESOLUTION, at=RESOLUTION_DUE - JUST_AFTER)
    ).then_nothing()


def test_a_resolution_due_this_moment_is_no_breach() -> None:
    given(OPENED, ACCEPTED, ANSWERED).when(
        replace(NOTICE_RESOLUTION, at=RESOLUTION_DUE)
    ).then_nothing()


@pytest.mark.parametrize("past", [(OPENED,), (OPENED, ACCEPTED), (OPENED, ACCEPTED, ANSWERED)])
def test_a_resolution_is_broken_wherever_the_ticket_stands(past: tuple[object, ...]) -> None:
    given(*past).when(NOTICE_RESOLUTION).then(RESOLUTION_BREACHED)


def test_a_resolution_is_broken_once() -> None:
    given(OPENED, RESOLUTION_BREACHED, ACCEPTED, ANSWERED).when(NOTICE_RESOLUTION).then_nothing()


def test_a_resolved_ticket_keeps_its_resolution() -> None:
    given(OPENED, ACCEPTED, ANSWERED, RESOLVED).when(NOTICE_RESOLUTION).then_nothing()


@pytest.mark.parametrize("clock", ["first_response", "resolution"])
def test_a_ticket_that_was_never_opened_breaks_nothing(clock: ClockName) -> None:
    given().when(replace(NOTICE_RESPONSE, clock=clock)).then_nothing()


def test_a_resolution_without_announced_workdays_is_not_judged() -> None:
    given(OPENED_TOO_EARLY_TO_SAY, AWAITED).when(NOTICE_RESOLUTION).then_nothing()


def test_while_the_workdays_are_not_announced_it_is_said_again() -> None:
    again = replace(AWAITED, noticed_at=LOOK.at, look_again_at=LOOK.at + timedelta(days=1))
    given(OPENED_TOO_EARLY_TO_SAY, AWAITED).when(LOOK).then(again)


def test_announced_workdays_give_the_promise_its_due_moment() -> None:
    rules = tickets(IMAGINED_2027)
    starting_from(rules, OPENED_TOO_EARLY_TO_SAY, AWAITED).when(LOOK).then(PROMISED)


def test_a_due_moment_learned_later_is_watched_like_any_other() -> None:
    past = (OPENED_TOO_EARLY_TO_SAY, AWAITED, PROMISED)
    noticed_at = PROMISED.due_at + JUST_AFTER
    given(*past).when(replace(NOTICE_RESOLUTION, at=noticed_at)).then(
        replace(RESOLUTION_BREACHED, due_at=PROMISED.due_at, noticed_at=noticed_at)
    )


def test_a_due_moment_is_learned_once() -> None:
    rules = tickets(IMAGINED_2027)
    starting_from(rules, OPENED_TOO_EARLY_TO_SAY, AWAITED, PROMISED).when(LOOK).then_nothing()


def test_a_resolved_ticket_waits_for_no_calendar() -> None:
    past = (OPENED_TOO_EARLY_TO_SAY, AWAITED, ACCEPTED, ANSWERED, RESOLVED)
    given(*past).when(LOOK).then_nothing()
