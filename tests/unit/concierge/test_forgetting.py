"""A ticket whose talent was erased is forgotten at whatever stage, and is not there any more."""

from dataclasses import replace

import pytest

from events.catalog.ticket import TicketEvent
from events.sourcing.testing import given
from services.concierge.commands import (
    AcceptTicket,
    AnswerTicket,
    ForgetTicket,
    LookAtCalendar,
    NoticeDeadline,
    RateTicket,
    ResolveTicket,
    TicketCommand,
)
from services.concierge.domain import ticket
from tests.unit.concierge.samples import (
    ACCEPTED,
    ANSWERED,
    FIRST_RESPONSE_DUE,
    FORGOTTEN,
    MINUTE,
    NIGHT,
    OPENED,
    RATED,
    RESOLVED,
)

FORGET = ForgetTicket(ticket_id="t-1", at=FORGOTTEN.forgotten_at)
STAGES: tuple[tuple[TicketEvent, ...], ...] = (
    (OPENED,),
    (OPENED, ACCEPTED),
    (OPENED, ACCEPTED, ANSWERED),
    (OPENED, ACCEPTED, ANSWERED, RESOLVED),
    (OPENED, ACCEPTED, ANSWERED, RESOLVED, RATED),
)
LATER = FORGOTTEN.forgotten_at + MINUTE
TOO_LATE: tuple[TicketCommand, ...] = (
    AcceptTicket(ticket_id="t-1", accepted_by="s-1", at=LATER),
    AnswerTicket(ticket_id="t-1", answer="？", answered_by="s-1", at=LATER),
    ResolveTicket(ticket_id="t-1", resolution="？", resolved_by="s-1", at=LATER),
    RateTicket(ticket_id="t-1", talent_id="p-1", stars=5, comment="", at=LATER),
)


@pytest.mark.parametrize("stage", STAGES, ids=len)
def test_a_ticket_is_forgotten_at_every_stage(stage: tuple[TicketEvent, ...]) -> None:
    given(ticket, *stage).when(FORGET).then(FORGOTTEN)


def test_forgetting_twice_is_forgetting_once() -> None:
    given(ticket, OPENED, FORGOTTEN).when(replace(FORGET, at=LATER)).then_nothing()


def test_an_unknown_ticket_cannot_be_forgotten() -> None:
    given(ticket).when(FORGET).then_refused("ticket-not-found")


@pytest.mark.parametrize("command", TOO_LATE, ids=lambda command: type(command).__name__)
def test_to_everyone_a_forgotten_ticket_is_not_there(command: TicketCommand) -> None:
    given(ticket, OPENED, FORGOTTEN).when(command).then_refused("ticket-not-found")


def test_a_forgotten_ticket_breaks_no_promise() -> None:
    late = NoticeDeadline(ticket_id="t-1", clock="first_response", at=FIRST_RESPONSE_DUE + MINUTE)
    assert given(ticket, OPENED).when(late).decided()
    given(ticket, OPENED, FORGOTTEN).when(late).then_nothing()
    look = LookAtCalendar(ticket_id="t-1", at=NIGHT)
    given(ticket, OPENED, FORGOTTEN).when(look).then_nothing()


def test_a_ticket_that_cannot_be_read_any_more_can_still_be_forgotten() -> None:
    unreadable = replace(OPENED, topic=None, subject=None, message=None)
    given(ticket, unreadable).when(FORGET).then(FORGOTTEN)
