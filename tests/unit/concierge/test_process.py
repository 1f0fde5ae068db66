"""Which timers an event sets and calls off."""

import pytest

from events.catalog.ticket import TicketEvent
from events.sourcing.types import Cancel, Later
from services.concierge.commands import LookAtCalendar, NoticeDeadline
from services.concierge.process import react
from tests.unit.concierge.samples import (
    ACCEPTED,
    ANSWERED,
    AWAITED,
    FIRST_RESPONSE_BREACHED,
    FIRST_RESPONSE_DUE,
    FORGOTTEN,
    JUST_AFTER,
    OPENED,
    OPENED_TOO_EARLY_TO_SAY,
    PROMISED,
    RATED,
    RESOLUTION_BREACHED,
    RESOLUTION_DUE,
    RESOLVED,
    recorded,
)

RESPONSE_OFF = Cancel(timer="ticket-t-1/first_response")
RESOLUTION_OFF = Cancel(timer="ticket-t-1/resolution")
CALENDAR_OFF = Cancel(timer="ticket-t-1/calendar")


def effects(event: TicketEvent) -> list[object]:
    return list(react(recorded(event)))


def test_opening_sets_a_timer_just_after_each_due_moment() -> None:
    response, resolution = FIRST_RESPONSE_DUE + JUST_AFTER, RESOLUTION_DUE + JUST_AFTER
    assert effects(OPENED) == [
        Later(
            timer="ticket-t-1/first_response",
            due_at=response,
            command=NoticeDeadline(ticket_id="t-1", clock="first_response", at=response),
        ),
        Later(
            timer="ticket-t-1/resolution",
            due_at=resolution,
            command=NoticeDeadline(ticket_id="t-1", clock="resolution", at=resolution),
        ),
    ]


def test_without_announced_workdays_only_the_first_response_is_watched() -> None:
    (only,) = effects(OPENED_TOO_EARLY_TO_SAY)
    assert isinstance(only, Later)
    assert only.timer == "ticket-t-1/first_response"


def test_an_awaited_calendar_is_looked_at_again() -> None:
    look = LookAtCalendar(ticket_id="t-1", at=AWAITED.look_again_at)
    assert effects(AWAITED) == [
        Later(timer="ticket-t-1/calendar", due_at=AWAITED.look_again_at, command=look)
    ]


def test_a_due_moment_learned_later_sets_its_timer() -> None:
    off, watch = effects(PROMISED)
    assert off == CALENDAR_OFF
    assert isinstance(watch, Later)
    assert (watch.timer, watch.due_at) == ("ticket-t-1/resolution", PROMISED.due_at + JUST_AFTER)


@pytest.mark.parametrize(
    ("event", "called_off"),
    [
        (ANSWERED, [RESPONSE_OFF]),
        (FIRST_RESPONSE_BREACHED, [RESPONSE_OFF]),
        (RESOLUTION_BREACHED, [RESOLUTION_OFF]),
        (RESOLVED, [RESOLUTION_OFF, CALENDAR_OFF]),
        (FORGOTTEN, [RESPONSE_OFF, RESOLUTION_OFF, CALENDAR_OFF]),
        (ACCEPTED, []),
        (RATED, []),
    ],
)
def test_what_a_later_event_calls_off(event: TicketEvent, called_off: list[Cancel]) -> None:
    assert effects(event) == called_off
