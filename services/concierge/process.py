"""Watches both promises of a ticket: a timer for each, called off when the promise is kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from events.catalog.ticket import (
    CalendarAwaited,
    FirstResponseBreached,
    ResolutionBreached,
    ResolutionPromised,
    TicketAccepted,
    TicketAnswered,
    TicketEvent,
    TicketForgotten,
    TicketOpened,
    TicketRated,
    TicketResolved,
)
from events.sourcing.types import Cancel, Later, Process, Recorded
from services.concierge.commands import ClockName, LookAtCalendar, NoticeDeadline

JUST_AFTER = timedelta(microseconds=1)
"""An answer at the due moment itself is in time, so the clock is read just after it."""

CLOCKS: tuple[ClockName, ...] = ("first_response", "resolution")

Effect: TypeAlias = Later | Cancel


def react(recorded: Recorded[TicketEvent]) -> Iterable[Effect]:
    """Set or call off the timers that this event concerns."""
    match recorded.event:
        case TicketOpened() as e:
            yield _watch(e.ticket_id, "first_response", e.first_response_due_at)
            if e.resolution_due_at is not None:
                yield _watch(e.ticket_id, "resolution", e.resolution_due_at)
        case CalendarAwaited() as e:
            look = LookAtCalendar(ticket_id=e.ticket_id, at=e.look_again_at)
            yield Later(timer=_calendar(e.ticket_id), due_at=e.look_again_at, command=look)
        case ResolutionPromised() as e:
            yield Cancel(timer=_calendar(e.ticket_id))
            yield _watch(e.ticket_id, "resolution", e.due_at)
        case TicketAnswered() | FirstResponseBreached() as e:
            yield Cancel(timer=_clock(e.ticket_id, "first_response"))
        case ResolutionBreached() as e:
            yield Cancel(timer=_clock(e.ticket_id, "resolution"))
        case TicketResolved() as e:
            yield Cancel(timer=_clock(e.ticket_id, "resolution"))
            yield Cancel(timer=_calendar(e.ticket_id))
        case TicketForgotten() as e:
            for clock in CLOCKS:
                yield Cancel(timer=_clock(e.ticket_id, clock))
            yield Cancel(timer=_calendar(e.ticket_id))
        case TicketAccepted() | TicketRated():
            return
        case _ as never:
            assert_never(never)


def _watch(ticket_id: str, clock: ClockName, due_at: datetime) -> Later:
    at = due_at + JUST_AFTER
    command = NoticeDeadline(ticket_id=ticket_id, clock=clock, at=at)
    return Later(timer=_clock(ticket_id, clock), due_at=at, command=command)


def _clock(ticket_id: str, clock: ClockName) -> str:
    return f"ticket-{ticket_id}/{clock}"


def _calendar(ticket_id: str) -> str:
    return f"ticket-{ticket_id}/calendar"


DEADLINES = Process(name="deadlines", react=react)
