"""What each event makes of each read model, as statements."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.dml import UpdateBase

from events.catalog.ticket import TicketEvent
from events.sourcing.statements import Drop, First, Patch, Statement
from events.sourcing.types import Recorded
from services.concierge.projection import project_mine, project_queue, project_ticket
from tests.unit.concierge.samples import (
    ACCEPTED,
    ANSWERED,
    AWAITED,
    FIRST_RESPONSE_BREACHED,
    FORGOTTEN,
    LIFE,
    OPENED,
    PROMISED,
    RATED,
    RESOLUTION_BREACHED,
    RESOLVED,
    recorded,
)

Project: TypeAlias = Callable[[Recorded[TicketEvent]], Iterable[Statement]]
Done: TypeAlias = tuple[str, str, Mapping[str, Any]]


def done(project: Project, event: TicketEvent) -> list[Done]:
    """Each statement as (verb, table, values), the ticket's number left out."""
    return [_read(statement) for statement in project(recorded(event))]


def _read(statement: Statement) -> Done:
    match statement:
        case First(table, row):
            return "INSERT", table.name, {k: v for k, v in row.items() if k != "ticket_id"}
        case Patch(table, _, values):
            return "UPDATE", table.name, values
        case Drop(table, _):
            return "DELETE", table.name, {}
        case _:
            assert isinstance(statement, UpdateBase)
    compiled = statement.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    values = {k: v for k, v in compiled.params.items() if not k.startswith("ticket_id")}
    return compiled.string.split()[0], str(statement.entity_description["name"]), values


MOVES: Mapping[str, tuple[TicketEvent, Mapping[str, object]]] = {
    "accepted": (ACCEPTED, {"state": "accepted", "accepted_by": "s-1"}),
    "answered": (ANSWERED, {"state": "answered", "answered_at": ANSWERED.answered_at}),
    "late answer": (FIRST_RESPONSE_BREACHED, {"first_response_breached": True}),
    "late resolution": (RESOLUTION_BREACHED, {"resolution_breached": True}),
}


@pytest.mark.parametrize(("event", "values"), MOVES.values(), ids=MOVES)
@pytest.mark.parametrize(
    ("project", "table"), [(project_queue, "queue"), (project_mine, "mine")], ids=["queue", "mine"]
)
def test_a_list_follows_a_ticket(
    project: Project, table: str, event: TicketEvent, values: Mapping[str, object]
) -> None:
    assert done(project, event) == [("UPDATE", table, values)]


@pytest.mark.parametrize(("event", "values"), MOVES.values(), ids=MOVES)
def test_the_card_follows_a_ticket_and_the_timeline_grows(
    event: TicketEvent, values: Mapping[str, object]
) -> None:
    card, entry = done(project_ticket, event)
    assert card == ("UPDATE", "card", values)
    assert entry[:2] == ("INSERT", "entry")


def test_an_opened_ticket_joins_the_queue() -> None:
    ((verb, table, values),) = done(project_queue, OPENED)
    assert (verb, table) == ("INSERT", "queue")
    assert values == {
        "talent_id": "p-1",
        "topic": "housing",
        "subject": "公寓钥匙",
        "state": "waiting",
        "opened_at": OPENED.opened_at,
        "first_response_due_at": OPENED.first_response_due_at,
        "first_response_breached": False,
        "resolution_due_at": OPENED.resolution_due_at,
        "resolution_breached": False,
    }


def test_an_opened_ticket_joins_the_talents_own() -> None:
    ((verb, table, values),) = done(project_mine, OPENED)
    assert (verb, table, values["talent_id"]) == ("INSERT", "mine", "p-1")


def test_an_opened_ticket_has_a_card_in_full() -> None:
    card, _ = done(project_ticket, OPENED)
    assert card[:2] == ("INSERT", "card")
    assert card[2]["message"] == OPENED.message
    assert card[2]["correlation_id"] == "matter-1"
    assert (card[2]["resolution_amount"], card[2]["resolution_unit"]) == (3, "working-days")


def test_a_resolved_ticket_leaves_the_queue() -> None:
    assert done(project_queue, RESOLVED) == [("DELETE", "queue", {})]


def test_a_resolved_ticket_stays_the_talents_own() -> None:
    values = {"state": "resolved", "resolved_at": RESOLVED.resolved_at}
    assert done(project_mine, RESOLVED) == [("UPDATE", "mine", values)]
    assert done(project_ticket, RESOLVED)[0] == ("UPDATE", "card", values)


def test_of_a_forgotten_ticket_nothing_stays() -> None:
    assert done(project_queue, FORGOTTEN) == [("DELETE", "queue", {})]
    assert done(project_mine, FORGOTTEN) == [("DELETE", "mine", {})]
    assert done(project_ticket, FORGOTTEN) == [("DELETE", "card", {}), ("DELETE", "entry", {})]


def test_a_rating_is_kept_with_the_ticket() -> None:
    values = {"state": "rated", "stars": 5}
    assert done(project_mine, RATED) == [("UPDATE", "mine", values)]
    assert done(project_ticket, RATED)[0] == ("UPDATE", "card", values)


def test_a_due_moment_learned_later_reaches_every_list() -> None:
    due = {"resolution_due_at": PROMISED.due_at}
    assert done(project_queue, PROMISED) == [("UPDATE", "queue", due)]
    assert done(project_mine, PROMISED) == [("UPDATE", "mine", due)]
    assert done(project_ticket, PROMISED)[0] == (
        "UPDATE",
        "card",
        {**due, "calendar_version": "imagined-2027"},
    )


def test_an_awaited_calendar_is_told_in_the_timeline_alone() -> None:
    assert done(project_queue, AWAITED) == []
    assert done(project_mine, AWAITED) == []
    ((verb, table, values),) = done(project_ticket, AWAITED)
    assert (verb, table, values["code"]) == ("INSERT", "entry", "calendar-awaited")


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (OPENED, ("opened", OPENED.opened_at, "p-1", OPENED.message, {"topic": "housing"})),
        (
            AWAITED,
            ("calendar-awaited", AWAITED.noticed_at, None, None, {"announced_until": "2026-12-31"}),
        ),
        (
            PROMISED,
            (
                "resolution-promised",
                PROMISED.promised_at,
                None,
                None,
                {"due_at": "2027-01-05T09:30:00+00:00"},
            ),
        ),
        (ACCEPTED, ("accepted", ACCEPTED.accepted_at, "s-1", None, {})),
        (ANSWERED, ("answered", ANSWERED.answered_at, "s-1", ANSWERED.answer, {})),
        (RESOLVED, ("resolved", RESOLVED.resolved_at, "s-1", RESOLVED.resolution, {})),
        (RATED, ("rated", RATED.rated_at, "p-1", "谢谢", {"stars": 5})),
        (
            FIRST_RESPONSE_BREACHED,
            (
                "first-response-breached",
                FIRST_RESPONSE_BREACHED.due_at,
                None,
                None,
                {"noticed_at": FIRST_RESPONSE_BREACHED.noticed_at.isoformat()},
            ),
        ),
        (
            RESOLUTION_BREACHED,
            (
                "resolution-breached",
                RESOLUTION_BREACHED.due_at,
                None,
                None,
                {"noticed_at": RESOLUTION_BREACHED.noticed_at.isoformat()},
            ),
        ),
    ],
)
def test_the_timeline_tells_what_happened_when_it_took_effect(
    event: TicketEvent, told: tuple[object, ...]
) -> None:
    _, _, values = done(project_ticket, event)[-1]
    assert tuple(values[name] for name in ("code", "at", "by", "said", "facts")) == told


def test_the_timeline_tells_every_event() -> None:
    assert all(done(project_ticket, event)[-1][1] == "entry" for event in LIFE)
