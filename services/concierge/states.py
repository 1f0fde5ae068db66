"""What a ticket can be, and what each fact makes of it."""

from dataclasses import dataclass, replace
from datetime import datetime
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
    WorkingPromise,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The promise stands until `due_at`, that moment included."""

    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingCalendar:
    """The promise was given, but its workdays are not announced yet."""

    promise: WorkingPromise
    since: datetime


@dataclass(frozen=True, slots=True)
class Broken:
    """The breach is recorded."""


Clock: TypeAlias = Running | AwaitingCalendar | Broken


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing has happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    talent_id: str
    first_response: Clock
    resolution: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    talent_id: str
    first_response: Clock
    resolution: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    talent_id: str
    resolution: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    talent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    talent_id: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Its talent was erased; nothing follows."""


Unanswered: TypeAlias = Waiting | Accepted
Unresolved: TypeAlias = Waiting | Accepted | Answered
Ticket: TypeAlias = Unknown | Waiting | Accepted | Answered | Resolved | Rated | Forgotten


def evolve(ticket: Ticket, event: TicketEvent) -> Ticket:
    """The ticket after one more fact."""
    match event:
        case TicketOpened():
            return _opened(event)
        case CalendarAwaited():
            return ticket
        case ResolutionPromised(due_at=due_at):
            return _resolution(ticket, Running(due_at=due_at))
        case TicketAccepted():
            return _accepted(ticket)
        case TicketAnswered():
            return _answered(ticket)
        case TicketResolved(talent_id=talent_id):
            return Resolved(talent_id=talent_id)
        case TicketRated(talent_id=talent_id):
            return Rated(talent_id=talent_id)
        case FirstResponseBreached():
            return _first_response(ticket, Broken())
        case ResolutionBreached():
            return _resolution(ticket, Broken())
        case TicketForgotten():
            return Forgotten()
    assert_never(event)


def _opened(event: TicketOpened) -> Ticket:
    resolution: Clock
    if event.resolution_due_at is None:
        resolution = AwaitingCalendar(promise=event.resolution_promise, since=event.opened_at)
    else:
        resolution = Running(due_at=event.resolution_due_at)
    return Waiting(
        talent_id=event.talent_id,
        first_response=Running(due_at=event.first_response_due_at),
        resolution=resolution,
    )


def _accepted(ticket: Ticket) -> Ticket:
    if not isinstance(ticket, Waiting):
        return ticket
    return Accepted(
        talent_id=ticket.talent_id,
        first_response=ticket.first_response,
        resolution=ticket.resolution,
    )


def _answered(ticket: Ticket) -> Ticket:
    if not isinstance(ticket, Unanswered):
        return ticket
    return Answered(talent_id=ticket.talent_id, resolution=ticket.resolution)


def _first_response(ticket: Ticket, clock: Clock) -> Ticket:
    return replace(ticket, first_response=clock) if isinstance(ticket, Unanswered) else ticket


def _resolution(ticket: Ticket, clock: Clock) -> Ticket:
    return replace(ticket, resolution=clock) if isinstance(ticket, Unresolved) else ticket
