"""What the passing of time does to a ticket: promises break, and awaited workdays are announced."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, assert_never

from events.catalog.ticket import (
    CalendarAwaited,
    FirstResponseBreached,
    ResolutionBreached,
    ResolutionPromised,
    TicketEvent,
)
from services.concierge.calendars import WorkCalendar
from services.concierge.commands import LookAtCalendar, NoticeDeadline
from services.concierge.states import (
    AwaitingCalendar,
    Clock,
    Running,
    Ticket,
    Unanswered,
    Unresolved,
)
from services.concierge.terms import count

LOOK_AGAIN = timedelta(days=1)


class AtAMoment(Protocol):
    """Any command: it names a ticket and comes at a moment."""

    @property
    def ticket_id(self) -> str: ...
    @property
    def at(self) -> datetime: ...


def notice_deadline(command: NoticeDeadline, ticket: Ticket) -> Sequence[TicketEvent]:
    """A breach is recorded once; a promise kept, or not yet due, is left alone."""
    match command.clock:
        case "first_response":
            return judge_first_response(command, ticket)
        case "resolution":
            return judge_resolution(command, ticket)
    assert_never(command.clock)


def judge_first_response(command: AtAMoment, ticket: Ticket) -> Sequence[TicketEvent]:
    """The breach, if the talent had not been answered by the due moment."""
    if not isinstance(ticket, Unanswered):
        return []
    return [
        FirstResponseBreached(
            ticket_id=command.ticket_id,
            talent_id=ticket.talent_id,
            due_at=due_at,
            noticed_at=command.at,
        )
        for due_at in _passed(ticket.first_response, command.at)
    ]


def judge_resolution(command: AtAMoment, ticket: Ticket) -> Sequence[TicketEvent]:
    """The breach, if the request was not solved by the due moment."""
    if not isinstance(ticket, Unresolved):
        return []
    return [
        ResolutionBreached(
            ticket_id=command.ticket_id,
            talent_id=ticket.talent_id,
            due_at=due_at,
            noticed_at=command.at,
        )
        for due_at in _passed(ticket.resolution, command.at)
    ]


def _passed(clock: Clock, now: datetime) -> Sequence[datetime]:
    """The due moment that has passed without a record, if there is one."""
    return [clock.due_at] if isinstance(clock, Running) and clock.due_at < now else []


def look_at_calendar(
    calendar: WorkCalendar, command: LookAtCalendar, ticket: Ticket
) -> Sequence[TicketEvent]:
    """The promise stays what it was at opening; only its due moment becomes known."""
    if not isinstance(ticket, Unresolved) or not isinstance(ticket.resolution, AwaitingCalendar):
        return []
    awaited = ticket.resolution
    due_at = count(calendar, awaited.since, awaited.promise).due_at
    if due_at is None:
        return [calendar_awaited(calendar, command, ticket.talent_id)]
    return [
        ResolutionPromised(
            ticket_id=command.ticket_id,
            talent_id=ticket.talent_id,
            due_at=due_at,
            calendar_version=calendar.version,
            promised_at=command.at,
        )
    ]


def calendar_awaited(calendar: WorkCalendar, command: AtAMoment, talent_id: str) -> TicketEvent:
    """The record that no due moment can be named yet, and when it is tried again."""
    return CalendarAwaited(
        ticket_id=command.ticket_id,
        talent_id=talent_id,
        calendar_version=calendar.version,
        announced_until=calendar.last_day,
        noticed_at=command.at,
        look_again_at=command.at + LOOK_AGAIN,
    )
