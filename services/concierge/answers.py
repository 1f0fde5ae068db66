"""The shapes in which questions about tickets are answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.concierge.calendars import Step
from services.concierge.clocks import ClockFace


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """One ticket in a list; `can` names the writes the reader may ask for next."""

    ticket_id: str
    talent_id: str
    topic: str | None
    subject: str | None
    state: str
    opened_at: datetime
    accepted_by: str | None
    stars: int | None
    clocks: list[ClockFace]
    can: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many open tickets stand where; `close` and `breached` count running promises."""

    waiting: int
    in_hand: int
    close: int
    breached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestList:
    """`next` asks for the following page as `?cursor=`; `stale` says the last write is missing."""

    stale: bool
    as_of: datetime
    figures: Figures | None
    tickets: list[TicketRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened: a code with parameters; pages put it into words."""

    version: int
    position: int
    code: str
    at: datetime
    by: str | None
    said: str | None
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """How a due moment came about, day by day where working time is counted."""

    kind: str
    amount: int
    unit: str
    started_at: datetime
    due_at: datetime | None
    calendar_version: str | None
    announced_until: date | None
    steps: list[Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnswer:
    """One ticket in full."""

    stale: bool
    as_of: datetime
    ticket: TicketRow
    message: str | None
    opened_by: str
    correlation_id: str
    terms_version: str
    timeline: list[Entry]
    calculations: list[Calculation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a request may be about, and what is promised for it."""

    code: str
    zh: str
    en: str
    first_response_minutes: int
    resolution_amount: int
    resolution_unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """`announced_until` is the last day for which workdays are known."""

    stale: bool
    terms_version: str
    calendar_version: str
    announced_until: date
    topics: list[Topic]
