"""The portal's read model counts what concerns a talent, whatever the event says."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Delete, Insert
from sqlalchemy.dialects import postgresql

from contracts.sample import sample
from events.catalog.entitlement import EntitlementAssessed, EntitlementWithdrawn
from events.catalog.match import MatchesWithdrawn, MatchProposed, ShortlistChanged
from events.catalog.talent import (
    CredentialVerified,
    FactsRecorded,
    FactsStated,
    TalentErased,
    TalentRegistered,
    TierConferred,
)
from events.catalog.ticket import (
    CalendarAwaited,
    FirstResponseBreached,
    ResolutionBreached,
    ResolutionPromised,
    TicketAccepted,
    TicketAnswered,
    TicketOpened,
    TicketRated,
    TicketResolved,
)
from events.sourcing.statements import Filled
from events.sourcing.types import Recorded
from services.portal.projection import project_activity, talents_of

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
NAMED_BY_STREAM = [
    ("talent", TalentRegistered), ("talent", FactsRecorded), ("talent", CredentialVerified),
    ("talent", TierConferred), ("talent", FactsStated), ("talent", TalentErased),
    ("entitlement", EntitlementAssessed), ("entitlement", EntitlementWithdrawn),
    ("match", MatchProposed), ("match", MatchesWithdrawn),
]  # fmt: skip
TICKETS = [
    TicketOpened, CalendarAwaited, ResolutionPromised, TicketAccepted, TicketAnswered,
    TicketResolved, TicketRated, FirstResponseBreached, ResolutionBreached,
]  # fmt: skip


def recorded(stream: str, event: Any, *, service: str = "registry") -> Recorded[Any]:
    return Recorded(
        event=event,
        name="any.v1",
        event_id=UUID(int=1),
        service=service,
        stream=stream,
        version=1,
        position=42,
        recorded_at=NOON,
        actor="a",
        correlation_id="c",
        causation_id=None,
    )


@pytest.mark.parametrize(("category", "kind"), NAMED_BY_STREAM)
def test_a_stream_named_after_a_talent_concerns_them_even_as_an_envelope(
    category: str, kind: type
) -> None:
    stream = f"{category}-4711-ab"
    assert list(talents_of(recorded(stream, None))) == ["4711-ab"]
    assert list(talents_of(recorded(stream, sample(kind)))) == ["4711-ab"]


@pytest.mark.parametrize("kind", TICKETS)
def test_a_ticket_concerns_the_talent_it_names(kind: type) -> None:
    event = sample(kind, talent_id="4711-ab")
    assert list(talents_of(recorded("ticket-t-1", event, service="concierge"))) == ["4711-ab"]


def test_who_fits_a_demand_concerns_no_talent_s_page() -> None:
    event = sample(ShortlistChanged)
    assert list(project_activity(recorded("match-demand-d-1", event))) == []


def test_each_event_counts_and_keeps_the_furthest_place() -> None:
    (counted,) = project_activity(recorded("talent-4711-ab", None))
    assert isinstance(counted, Filled)
    assert isinstance(counted.statement, Insert)
    said = str(counted.statement.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert "changes = (activity.changes + " in said
    assert "position = greatest(activity.position, excluded.position)" in said


def test_of_somebody_erased_no_count_stays_and_none_begins() -> None:
    erased = replace(recorded("talent-4711-ab", None), name="talent.erased.v1")
    noted, emptied = project_activity(erased)
    assert isinstance(noted, Insert)
    assert isinstance(emptied, Delete)
    assert (str(noted.table), str(emptied.table)) == ("forgotten", "activity")
    (later,) = project_activity(recorded("match-4711-ab", None))
    assert isinstance(later, Filled)
    assert isinstance(later.statement, Insert)
    said = str(later.statement.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
    assert "NOT (EXISTS (SELECT * \nFROM forgotten" in said
