"""What may be asked of a ticket; time, ids and the actor arrive here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

ClockName: TypeAlias = Literal["first_response", "resolution"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket:
    ticket_id: str
    talent_id: str
    topic: str
    subject: str
    message: str
    opened_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptTicket:
    ticket_id: str
    accepted_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTicket:
    ticket_id: str
    answer: str
    answered_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveTicket:
    ticket_id: str
    resolution: str
    resolved_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTicket:
    """`talent_id` is who rates."""

    ticket_id: str
    talent_id: str
    stars: int
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDeadline:
    """Time has passed: see whether this clock's promise still stands at `at`."""

    ticket_id: str
    clock: ClockName
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtCalendar:
    """See whether the workdays that a resolution promise waits for are announced now."""

    ticket_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetTicket:
    """The talent was erased."""

    ticket_id: str
    at: datetime


PassingOfTime: TypeAlias = NoticeDeadline | LookAtCalendar
TicketCommand: TypeAlias = (
    OpenTicket
    | AcceptTicket
    | AnswerTicket
    | ResolveTicket
    | RateTicket
    | ForgetTicket
    | PassingOfTime
)
