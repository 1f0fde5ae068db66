"""The rules of a concierge ticket: who takes it answers for it, and every promise is judged."""

from collections.abc import Sequence
from functools import partial
from typing import TypeAlias, assert_never

from events.catalog.ticket import (
    TicketAccepted,
    TicketAnswered,
    TicketEvent,
    TicketForgotten,
    TicketOpened,
    TicketRated,
    TicketResolved,
)
from events.sourcing.clock import legal_day
from events.sourcing.decider import Decider
from events.sourcing.types import Refused
from services.concierge.calendars import CHINA, WorkCalendar
from services.concierge.commands import (
    AcceptTicket,
    AnswerTicket,
    ForgetTicket,
    LookAtCalendar,
    NoticeDeadline,
    OpenTicket,
    RateTicket,
    ResolveTicket,
    TicketCommand,
)
from services.concierge.deadlines import (
    calendar_awaited,
    judge_first_response,
    judge_resolution,
    look_at_calendar,
    notice_deadline,
)
from services.concierge.states import (
    Accepted,
    Answered,
    Forgotten,
    Rated,
    Resolved,
    Ticket,
    Unanswered,
    Unknown,
    Waiting,
    evolve,
)
from services.concierge.terms import TERMS_VERSION, TOPICS, Terms, count

MOST_STARS = 5

Happened: TypeAlias = Sequence[TicketEvent]
Existing: TypeAlias = Waiting | Accepted | Answered | Resolved | Rated


def open_ticket(calendar: WorkCalendar, command: OpenTicket, ticket: Ticket) -> Happened:
    """Both promises start at once; one that outruns the announced workdays is kept open."""
    if not isinstance(ticket, Unknown):
        raise Refused("ticket-already-open")
    terms = _terms_of(command.topic)
    if legal_day(command.at) < calendar.first_day:
        raise Refused("calendar-too-young", first_day=calendar.first_day)
    due_at = count(calendar, command.at, terms.resolution).due_at
    opened = TicketOpened(
        ticket_id=command.ticket_id,
        talent_id=command.talent_id,
        topic=command.topic,
        subject=command.subject,
        message=command.message,
        opened_by=command.opened_by,
        opened_at=command.at,
        terms_version=TERMS_VERSION,
        first_response_due_at=command.at + terms.first_response,
        resolution_promise=terms.resolution,
        resolution_due_at=due_at,
        calendar_version=calendar.version,
    )
    if due_at is None:
        return [opened, calendar_awaited(calendar, command, command.talent_id)]
    return [opened]


def _terms_of(topic: str) -> Terms:
    if topic not in TOPICS:
        raise Refused("topic-unknown", topic=topic, topics=", ".join(TOPICS))
    return TOPICS[topic]


def accept_ticket(command: AcceptTicket, ticket: Ticket) -> Happened:
    """Whoever takes a request first answers for it to the end."""
    known = _known(ticket)
    if not isinstance(known, Waiting):
        raise Refused("ticket-not-waiting")
    return [
        TicketAccepted(
            ticket_id=command.ticket_id,
            talent_id=known.talent_id,
            accepted_by=command.accepted_by,
            accepted_at=command.at,
        )
    ]


def answer_ticket(command: AnswerTicket, ticket: Ticket) -> Happened:
    """Only words that reach the talent stop the first-response clock; accepting does not.

    Whoever answers a ticket that nobody has taken, takes it.
    """
    known = _known(ticket)
    if not isinstance(known, Unanswered):
        raise Refused("ticket-not-waiting")
    happened: list[TicketEvent] = []
    if isinstance(known, Waiting):
        taken = AcceptTicket(
            ticket_id=command.ticket_id, accepted_by=command.answered_by, at=command.at
        )
        happened.extend(accept_ticket(taken, known))
    happened.extend(judge_first_response(command, known))
    happened.append(
        TicketAnswered(
            ticket_id=command.ticket_id,
            talent_id=known.talent_id,
            answered_by=command.answered_by,
            answer=command.answer,
            answered_at=command.at,
        )
    )
    return happened


def resolve_ticket(command: ResolveTicket, ticket: Ticket) -> Happened:
    """Only what was answered can be solved."""
    known = _known(ticket)
    if isinstance(known, Unanswered):
        raise Refused("ticket-not-answered")
    if not isinstance(known, Answered):
        raise Refused("ticket-already-resolved")
    return [
        *judge_resolution(command, known),
        TicketResolved(
            ticket_id=command.ticket_id,
            talent_id=known.talent_id,
            resolved_by=command.resolved_by,
            resolution=command.resolution,
            resolved_at=command.at,
        ),
    ]


def rate_ticket(command: RateTicket, ticket: Ticket) -> Happened:
    """The talent alone rates, once, what was solved; to anyone else the ticket is not there."""
    known = _known(ticket)
    if command.talent_id != known.talent_id:
        raise Refused("ticket-not-found")
    if isinstance(known, Rated):
        raise Refused("ticket-already-rated")
    if not isinstance(known, Resolved):
        raise Refused("ticket-not-resolved")
    if not 1 <= command.stars <= MOST_STARS:
        raise Refused("stars-out-of-range", stars=command.stars)
    return [
        TicketRated(
            ticket_id=command.ticket_id,
            talent_id=known.talent_id,
            stars=command.stars,
            comment=command.comment,
            rated_at=command.at,
        )
    ]


def forget_ticket(command: ForgetTicket, ticket: Ticket) -> Happened:
    """Whatever stage it had reached; forgetting twice is nothing."""
    if isinstance(ticket, Forgotten):
        return []
    known = _known(ticket)
    return [
        TicketForgotten(
            ticket_id=command.ticket_id, talent_id=known.talent_id, forgotten_at=command.at
        )
    ]


def _known(ticket: Ticket) -> Existing:
    """To everyone a forgotten ticket is not there."""
    if isinstance(ticket, Unknown | Forgotten):
        raise Refused("ticket-not-found")
    return ticket


def decide(calendar: WorkCalendar, command: TicketCommand, ticket: Ticket) -> Happened:
    """What happens when this is asked of this ticket."""
    match command:
        case OpenTicket():
            return open_ticket(calendar, command, ticket)
        case AcceptTicket():
            return accept_ticket(command, ticket)
        case AnswerTicket():
            return answer_ticket(command, ticket)
        case ResolveTicket():
            return resolve_ticket(command, ticket)
        case RateTicket():
            return rate_ticket(command, ticket)
        case ForgetTicket():
            return forget_ticket(command, ticket)
        case NoticeDeadline():
            return notice_deadline(command, ticket)
        case LookAtCalendar():
            return look_at_calendar(calendar, command, ticket)
    assert_never(command)


def tickets(calendar: WorkCalendar) -> Decider[TicketCommand, Ticket, TicketEvent]:
    """The rules with promises counted on this calendar."""
    return Decider("ticket", Unknown(), partial(decide, calendar), evolve)


ticket: Decider[TicketCommand, Ticket, TicketEvent] = tickets(CHINA)
