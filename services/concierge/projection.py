"""The questions people ask about tickets: what is due next, what are mine, what happened here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

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
from events.sourcing.projector import Projection
from events.sourcing.statements import Drop, First, Patch, Statement
from events.sourcing.types import Recorded
from services.concierge.timeline import entry_of


def _moment(name: str) -> "Column[datetime]":
    return Column(name, DateTime(timezone=True))


def _request_columns() -> "list[Column[Any]]":
    return [
        Column("ticket_id", Text, primary_key=True),
        Column("talent_id", Text, nullable=False),
        Column("topic", Text),
        Column("subject", Text),
        Column("state", Text),
        _moment("opened_at"),
        Column("accepted_by", Text),
        _moment("first_response_due_at"),
        _moment("answered_at"),
        Column("first_response_breached", Boolean, nullable=False),
        _moment("resolution_due_at"),
        Column("resolution_breached", Boolean, nullable=False),
    ]


queue_tables = MetaData()
queue = Table("queue", queue_tables, *_request_columns(), comment="A ticket still to be solved.")

mine_tables = MetaData()
mine = Table(
    "mine",
    mine_tables,
    *_request_columns(),
    _moment("resolved_at"),
    Column("stars", Integer),
    Index("mine_by_talent", "talent_id", "opened_at"),
    Index("mine_by_state", "state", "opened_at"),
    comment="A request of a talent, solved or not.",
)

ticket_tables = MetaData()
card = Table(
    "card",
    ticket_tables,
    *_request_columns(),
    _moment("resolved_at"),
    Column("stars", Integer),
    Column("message", Text),
    Column("opened_by", Text),
    Column("terms_version", Text),
    Column("resolution_amount", Integer),
    Column("resolution_unit", Text),
    Column("calendar_version", Text),
    Column("correlation_id", Text),
    comment="Where one ticket stands.",
)
entry = Table(
    "entry",
    ticket_tables,
    Column("ticket_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False, index=True),
    Column("talent_id", Text, nullable=False),
    Column("code", Text),
    _moment("at"),
    Column("by", Text),
    Column("said", Text),
    Column("facts", JSONB),
    comment="One thing that happened to a ticket.",
)


def project_queue(recorded: Recorded[TicketEvent]) -> Iterable[Statement]:
    match recorded.event:
        case TicketOpened() as e:
            yield First(queue, _opened(e))
        case TicketResolved() | TicketForgotten() as e:
            yield _gone(queue, e)
        case event:
            yield from _moved(queue, event)


def project_mine(recorded: Recorded[TicketEvent]) -> Iterable[Statement]:
    match recorded.event:
        case TicketOpened() as e:
            yield First(mine, _opened(e))
        case TicketForgotten() as e:
            yield _gone(mine, e)
        case event:
            yield from _moved(mine, event)


def project_ticket(recorded: Recorded[TicketEvent]) -> Iterable[Statement]:
    match recorded.event:
        case TicketOpened() as e:
            yield First(card, {**_opened(e), **_in_full(e), **_of_matter(recorded)})
            yield First(entry, entry_of(recorded, e))
        case TicketForgotten() as e:
            yield _gone(card, e)
            yield entry.delete().where(entry.c.ticket_id == e.ticket_id)
        case event:
            yield from _moved(card, event)
            yield First(entry, entry_of(recorded, event))


def _opened(event: TicketOpened) -> Mapping[str, object]:
    return {
        "ticket_id": event.ticket_id,
        "talent_id": event.talent_id,
        "topic": event.topic,
        "subject": event.subject,
        "state": "waiting",
        "opened_at": event.opened_at,
        "first_response_due_at": event.first_response_due_at,
        "first_response_breached": False,
        "resolution_due_at": event.resolution_due_at,
        "resolution_breached": False,
    }


def _in_full(event: TicketOpened) -> Mapping[str, object]:
    return {
        "message": event.message,
        "opened_by": event.opened_by,
        "terms_version": event.terms_version,
        "resolution_amount": event.resolution_promise.amount,
        "resolution_unit": event.resolution_promise.unit,
        "calendar_version": event.calendar_version,
    }


def _of_matter(recorded: Recorded[TicketEvent]) -> Mapping[str, object]:
    return {"correlation_id": recorded.correlation_id}


def _gone(table: Table, event: TicketResolved | TicketForgotten) -> Statement:
    return Drop(table, {"ticket_id": event.ticket_id})


def _moved(table: Table, event: TicketEvent) -> Iterable[Statement]:
    """The columns of a ticket's row that an event moves, where the table has them."""
    moved = {name: value for name, value in _changes(event).items() if name in table.c}
    if moved:
        yield Patch(table, {"ticket_id": event.ticket_id}, moved)


def _changes(event: TicketEvent) -> Mapping[str, object]:
    match event:
        case TicketAccepted() as e:
            return {"state": "accepted", "accepted_by": e.accepted_by}
        case TicketAnswered() as e:
            return {"state": "answered", "answered_at": e.answered_at}
        case TicketResolved() as e:
            return {"state": "resolved", "resolved_at": e.resolved_at}
        case TicketRated() as e:
            return {"state": "rated", "stars": e.stars}
        case ResolutionPromised() as e:
            return {"resolution_due_at": e.due_at, "calendar_version": e.calendar_version}
        case FirstResponseBreached():
            return {"first_response_breached": True}
        case ResolutionBreached():
            return {"resolution_breached": True}
        case TicketOpened() | CalendarAwaited() | TicketForgotten():
            return {}
    assert_never(event)


QUEUE = Projection(name="queue", tables=queue_tables, project=project_queue)
MINE = Projection(name="mine", tables=mine_tables, project=project_mine)
TICKET = Projection(name="ticket", tables=ticket_tables, project=project_ticket)
