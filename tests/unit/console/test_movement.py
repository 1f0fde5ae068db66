"""The console's read model counts how often each ticket moved."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.sample import sample
from events.catalog.ticket import NAMES
from events.sourcing.types import Recorded
from services.console.projection import project_movement, ticket_of
from services.console.views import rows_of

TOPICS = {"topics": [{"code": "housing", "zh": "住房与安居", "en": "Housing"}]}
TICKET = {
    "ticket_id": "t-1",
    "talent_id": "068035f1-72bb-5adf-84e2-c09830a2188d",
    "topic": "housing",
    "subject": "续租",
    "accepted_by": None,
}


def recorded(event: Any) -> Recorded[Any]:
    return Recorded(
        event=event,
        name="any.v1",
        event_id=UUID(int=1),
        service="concierge",
        stream="ticket-t-1",
        version=1,
        position=42,
        recorded_at=datetime(2026, 3, 2, 4, tzinfo=UTC),
        actor="a",
        correlation_id="c",
        causation_id=None,
    )


@pytest.mark.parametrize("kind", [*NAMES.values(), None])
def test_every_event_of_a_ticket_moves_it(kind: type | None) -> None:
    event = sample(kind) if kind else None
    assert ticket_of(recorded(event)) == "t-1"
    assert len(list(project_movement(recorded(event)))) == 1


def test_the_queue_names_topics_and_officers_and_of_talents_only_the_end_of_an_id() -> None:
    taken = TICKET | {"accepted_by": "staff-night-officer"}
    (first,) = rows_of({"tickets": [TICKET]}, TOPICS, str)
    assert first["topic"] == {"zh": "住房与安居", "en": "Housing"}
    assert (first["talent"], first["taken_by"]) == ("…30a2188d", None)
    (second,) = rows_of({"tickets": [taken]}, TOPICS, lambda subject: f"name of {subject}")
    assert second["taken_by"] == "name of staff-night-officer"


def test_a_forgotten_talent_leaves_a_ticket_with_its_number_as_subject() -> None:
    (row,) = rows_of({"tickets": [TICKET | {"subject": None}]}, TOPICS, str)
    assert row["subject"] == "t-1"
