"""Who may do what to a ticket, in which order, and what is recorded."""

from dataclasses import replace
from datetime import datetime

import pytest

from events.catalog.ticket import TicketEvent
from events.sourcing.clock import LEGAL_ZONE
from events.sourcing.decider import fold
from events.sourcing.testing import Scenario
from events.sourcing.testing import given as starting_from
from services.concierge.commands import (
    AcceptTicket,
    AnswerTicket,
    OpenTicket,
    RateTicket,
    ResolveTicket,
)
from services.concierge.domain import ticket
from services.concierge.states import evolve
from services.concierge.terms import TOPICS
from tests.unit.concierge.samples import (
    ACCEPTED,
    ANSWERED,
    AWAITED,
    FIRST_RESPONSE_BREACHED,
    FIRST_RESPONSE_DUE,
    LIFE,
    MINUTE,
    NEW_YEARS_EVE,
    NIGHT,
    OPENED,
    OPENED_TOO_EARLY_TO_SAY,
    RATED,
    RESOLUTION_BREACHED,
    RESOLUTION_DUE,
    RESOLVED,
)

OPEN = OpenTicket(
    ticket_id="t-1",
    talent_id="p-1",
    topic="housing",
    subject="公寓钥匙",
    message="今晚到，无法进门。",
    opened_by="p-1",
    at=NIGHT,
)
ACCEPT = AcceptTicket(ticket_id="t-1", accepted_by="s-1", at=NIGHT + MINUTE)
ANSWER = AnswerTicket(
    ticket_id="t-1", answer="管理员十分钟后到。", answered_by="s-1", at=NIGHT + 5 * MINUTE
)
RESOLVE = ResolveTicket(
    ticket_id="t-1", resolution="已入住。", resolved_by="s-1", at=NIGHT + 60 * MINUTE
)
RATE = RateTicket(ticket_id="t-1", talent_id="p-1", stars=5, comment="谢谢", at=NIGHT + 90 * MINUTE)


def given(*events: object) -> Scenario:
    return starting_from(ticket, *events)


def test_opening_gives_both_promises() -> None:
    given().when(OPEN).then(OPENED)


def test_a_ticket_cannot_be_opened_again() -> None:
    given(OPENED).when(OPEN).then_refused("ticket-already-open")


def test_a_topic_without_terms_is_refused() -> None:
    given().when(replace(OPEN, topic="weather")).then_refused("topic-unknown")


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_promises_both(topic: str) -> None:
    (opened,) = given().when(replace(OPEN, topic=topic)).decided()
    assert NIGHT < opened.first_response_due_at < opened.resolution_due_at  # type: ignore[attr-defined]


def test_a_promise_beyond_the_announced_workdays_is_kept_open_and_said_so() -> None:
    given().when(replace(OPEN, at=NEW_YEARS_EVE)).then(OPENED_TOO_EARLY_TO_SAY, AWAITED)


def test_a_ticket_from_before_the_known_workdays_is_refused() -> None:
    long_ago = datetime(2024, 12, 31, 23, 0, tzinfo=LEGAL_ZONE)
    given().when(replace(OPEN, at=long_ago)).then_refused("calendar-too-young")


def test_a_waiting_ticket_can_be_accepted() -> None:
    given(OPENED).when(ACCEPT).then(ACCEPTED)


def test_an_accepted_ticket_cannot_be_accepted_again() -> None:
    given(OPENED, ACCEPTED).when(ACCEPT).then_refused("ticket-not-waiting")


def test_an_accepted_ticket_can_be_answered() -> None:
    given(OPENED, ACCEPTED).when(ANSWER).then(ANSWERED)


def test_another_member_of_staff_may_answer_an_accepted_ticket() -> None:
    colleague = replace(ANSWER, answered_by="s-2")
    given(OPENED, ACCEPTED).when(colleague).then(replace(ANSWERED, answered_by="s-2"))


def test_who_answers_a_waiting_ticket_takes_it() -> None:
    taken = replace(ACCEPTED, accepted_at=ANSWER.at)
    given(OPENED).when(ANSWER).then(taken, ANSWERED)


def test_an_answered_ticket_cannot_be_answered_again() -> None:
    given(OPENED, ACCEPTED, ANSWERED).when(ANSWER).then_refused("ticket-not-waiting")


def test_an_answer_at_the_due_moment_is_in_time() -> None:
    at_the_moment = replace(ANSWER, at=FIRST_RESPONSE_DUE)
    answered = replace(ANSWERED, answered_at=FIRST_RESPONSE_DUE)
    given(OPENED, ACCEPTED).when(at_the_moment).then(answered)


def test_a_late_answer_records_the_breach_that_no_timer_has_noticed() -> None:
    late = FIRST_RESPONSE_BREACHED.noticed_at
    given(OPENED, ACCEPTED).when(replace(ANSWER, at=late)).then(
        FIRST_RESPONSE_BREACHED, replace(ANSWERED, answered_at=late)
    )


def test_a_late_answer_after_the_noticed_breach_records_no_second_one() -> None:
    late = FIRST_RESPONSE_DUE + 10 * MINUTE
    given(OPENED, ACCEPTED, FIRST_RESPONSE_BREACHED).when(replace(ANSWER, at=late)).then(
        replace(ANSWERED, answered_at=late)
    )


def test_an_answered_ticket_can_be_resolved() -> None:
    given(OPENED, ACCEPTED, ANSWERED).when(RESOLVE).then(RESOLVED)


@pytest.mark.parametrize("past", [(OPENED,), (OPENED, ACCEPTED)])
def test_a_ticket_nobody_answered_cannot_be_resolved(past: tuple[object, ...]) -> None:
    given(*past).when(RESOLVE).then_refused("ticket-not-answered")


def test_a_resolved_ticket_cannot_be_resolved_again() -> None:
    given(OPENED, ACCEPTED, ANSWERED, RESOLVED).when(RESOLVE).then_refused(
        "ticket-already-resolved"
    )


def test_a_resolution_at_the_due_moment_is_in_time() -> None:
    given(OPENED, ACCEPTED, ANSWERED).when(replace(RESOLVE, at=RESOLUTION_DUE)).then(
        replace(RESOLVED, resolved_at=RESOLUTION_DUE)
    )


def test_a_late_resolution_records_the_breach_that_no_timer_has_noticed() -> None:
    late = RESOLUTION_BREACHED.noticed_at
    given(OPENED, ACCEPTED, ANSWERED).when(replace(RESOLVE, at=late)).then(
        RESOLUTION_BREACHED, replace(RESOLVED, resolved_at=late)
    )


def test_a_request_solved_before_its_workdays_are_announced_is_not_judged() -> None:
    past = (OPENED_TOO_EARLY_TO_SAY, AWAITED, ACCEPTED, ANSWERED)
    given(*past).when(RESOLVE).then(RESOLVED)


def test_the_talent_rates_a_resolved_ticket() -> None:
    given(OPENED, ACCEPTED, ANSWERED, RESOLVED).when(RATE).then(RATED)


def test_a_ticket_is_rated_once() -> None:
    given(OPENED, ACCEPTED, ANSWERED, RESOLVED, RATED).when(RATE).then_refused(
        "ticket-already-rated"
    )


def test_a_ticket_is_not_rated_before_it_is_resolved() -> None:
    given(OPENED, ACCEPTED, ANSWERED).when(RATE).then_refused("ticket-not-resolved")


def test_to_another_talent_the_ticket_is_not_there() -> None:
    stranger = replace(RATE, talent_id="p-2")
    given(OPENED, ACCEPTED, ANSWERED, RESOLVED).when(stranger).then_refused("ticket-not-found")


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_run_from_one_to_five(stars: int) -> None:
    given(OPENED, ACCEPTED, ANSWERED, RESOLVED).when(replace(RATE, stars=stars)).then_refused(
        "stars-out-of-range"
    )


@pytest.mark.parametrize("command", [ACCEPT, ANSWER, RESOLVE, RATE])
def test_nothing_can_be_done_to_a_ticket_that_was_never_opened(command: object) -> None:
    given().when(command).then_refused("ticket-not-found")


@pytest.mark.parametrize("event", LIFE)
def test_every_event_is_accepted_wherever_the_ticket_stands(event: TicketEvent) -> None:
    for length in range(len(LIFE) + 1):
        evolve(fold(ticket, LIFE[:length]), event)
