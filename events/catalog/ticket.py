"""What can happen to a concierge ticket."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from events.catalog import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingPromise:
    """A length of working time; days are counted from the day after the request came in."""

    amount: int
    unit: Literal["working-minutes", "working-days"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened:
    """`resolution_due_at` is `None` while the workdays it needs are not announced.

    What somebody asks about (care, residence) says as much about them as the words do.
    """

    ticket_id: str
    talent_id: str
    topic: Personal[str]
    subject: Personal[str]
    message: Personal[str]
    opened_by: str
    opened_at: datetime
    terms_version: str
    first_response_due_at: datetime
    resolution_promise: WorkingPromise
    resolution_due_at: datetime | None
    calendar_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAwaited:
    """The resolution promise reaches beyond the announced workdays, so it has no due moment yet."""

    ticket_id: str
    talent_id: str
    calendar_version: str
    announced_until: date
    noticed_at: datetime
    look_again_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionPromised:
    """The missing workdays were announced: the promise given at opening has its due moment."""

    ticket_id: str
    talent_id: str
    due_at: datetime
    calendar_version: str
    promised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAccepted:
    ticket_id: str
    talent_id: str
    accepted_by: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnswered:
    ticket_id: str
    talent_id: str
    answered_by: str
    answer: Personal[str]
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResolved:
    ticket_id: str
    talent_id: str
    resolved_by: str
    resolution: Personal[str]
    resolved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRated:
    ticket_id: str
    talent_id: str
    stars: Personal[int]
    comment: Personal[str]
    rated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstResponseBreached:
    """Nobody had answered at `due_at`; `noticed_at` is when the clock was read."""

    ticket_id: str
    talent_id: str
    due_at: datetime
    noticed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionBreached:
    """The request was not solved at `due_at`; `noticed_at` is when the clock was read."""

    ticket_id: str
    talent_id: str
    due_at: datetime
    noticed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketForgotten:
    """Its talent was erased: nobody reads or serves this request any more."""

    ticket_id: str
    talent_id: str
    forgotten_at: datetime


TicketEvent: TypeAlias = (
    TicketOpened
    | CalendarAwaited
    | ResolutionPromised
    | TicketAccepted
    | TicketAnswered
    | TicketResolved
    | TicketRated
    | FirstResponseBreached
    | ResolutionBreached
    | TicketForgotten
)

NAMES: dict[str, type] = {
    "ticket.opened.v1": TicketOpened,
    "ticket.calendar-awaited.v1": CalendarAwaited,
    "ticket.resolution-promised.v1": ResolutionPromised,
    "ticket.accepted.v1": TicketAccepted,
    "ticket.answered.v1": TicketAnswered,
    "ticket.resolved.v1": TicketResolved,
    "ticket.rated.v1": TicketRated,
    "ticket.first-response-breached.v1": FirstResponseBreached,
    "ticket.resolution-breached.v1": ResolutionBreached,
    "ticket.forgotten.v1": TicketForgotten,
}
