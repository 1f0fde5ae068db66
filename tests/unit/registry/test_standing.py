"""How it stands with a request to be forgotten, as tables."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from events.catalog.talent import (
    ErasureCompleted,
    ErasureRequested,
    LegalHoldLifted,
    LegalHoldPlaced,
    TalentErased,
    TalentEvent,
)
from events.sourcing.types import Recorded
from services.registry.talent.standing import project_standing
from tests.support.registry import NOON
from tests.support.spoken import spoken

LATER = NOON + timedelta(hours=1)
PLACED = LegalHoldPlaced(
    talent_id="t-1",
    hold_id="h-1",
    authority="Minhang District Court",
    reason="a dispute",
    placed_by="staff-1",
    placed_at=NOON,
)
LIFTED = LegalHoldLifted(
    talent_id="t-1",
    hold_id="h-1",
    authority="Minhang District Court",
    reason="settled",
    lifted_by="staff-1",
    lifted_at=LATER,
)
REQUESTED = ErasureRequested(
    talent_id="t-1", reason="consent-withdrawn", requested_by="t-1", requested_at=NOON
)
ERASED = TalentErased(talent_id="t-1", reason="consent-withdrawn", erased_by="t-1", erased_at=LATER)
COMPLETED = ErasureCompleted(talent_id="t-1", completed_at=LATER)


def said_of(event: TalentEvent) -> list[tuple[str, dict[str, Any]]]:
    recorded = Recorded(
        event=event,
        name="some.name.v1",
        event_id=UUID(int=1),
        service="registry",
        stream="talent-t-1",
        version=3,
        position=7,
        recorded_at=NOON,
        actor="staff-1",
        correlation_id="c-1",
        causation_id=None,
    )
    said = [spoken(statement) for statement in project_standing(recorded)]
    return [(f"{verb} {table}", values) for verb, table, values in said]


def test_a_hold_stands_with_its_authority_and_reason() -> None:
    ((what, values),) = said_of(PLACED)
    assert what == "INSERT legal_hold"
    assert (values["authority"], values["reason"]) == ("Minhang District Court", "a dispute")


def test_a_lifted_hold_stands_no_more() -> None:
    assert [what for what, _ in said_of(LIFTED)] == ["DELETE legal_hold"]


def test_a_request_is_kept_with_its_moment() -> None:
    ((what, values),) = said_of(REQUESTED)
    assert what == "INSERT erasure_request"
    assert values["stream"] == "talent-t-1"
    assert values["requested_at"] == NOON


def test_erasing_notes_the_moment_and_leaves_no_hold() -> None:
    (noted, values), (gone, _) = said_of(ERASED)
    assert (noted, gone) == ("UPDATE erasure_request", "DELETE legal_hold")
    assert values["erased_at"] == LATER


def test_the_end_of_an_erasure_is_noted_too() -> None:
    ((what, values),) = said_of(COMPLETED)
    assert (what, values["completed_at"]) == ("UPDATE erasure_request", LATER)
