"""What follows from changed facts and demands."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from events.catalog.demand import DemandClosed
from events.catalog.talent import FactsStated
from events.sourcing.types import Later, Recorded
from services.matching.match.process import (
    ForgetTalent,
    RematchDemand,
    RematchTalent,
    TurnDay,
    react_to_demands,
    react_to_facts,
)
from tests.support.matching import NOON, TODAY, chip_designer, fact, raised

STATED = FactsStated(
    talent_id="t-1", facts=(*chip_designer(), fact("school_class", ("any",))), stated_at=NOON
)
CLOSED = DemandClosed(demand_id="d-1", reason="filled", closed_by="m-1", closed_at=NOON)
TOMORROW = TODAY + timedelta(days=1)
MIDNIGHT = Later(
    timer=f"turn-day/{TOMORROW}",
    due_at=datetime(2026, 3, 2, 16, tzinfo=UTC),
    command=TurnDay(day=TOMORROW),
)


def recorded(event: object, stream: str) -> Recorded[Any]:
    return Recorded(
        event=event,
        name="a-name.v1",
        event_id=UUID(int=1),
        service="a-service",
        stream=stream,
        version=4,
        position=9,
        recorded_at=NOON,
        actor="somebody",
        correlation_id="a-matter",
        causation_id=None,
    )


def test_changed_facts_are_matched_again_and_only_what_counts_is_passed_on() -> None:
    assert list(react_to_facts(recorded(STATED, "talent-t-1"))) == [
        RematchTalent(talent_id="t-1", facts=chip_designer(), stream="talent-t-1", facts_version=4)
    ]


def test_a_talent_whose_facts_are_taken_away_is_let_go() -> None:
    assert list(react_to_facts(recorded(None, "talent-t-1"))) == [
        ForgetTalent(talent_id="t-1", stream="talent-t-1", facts_version=4)
    ]


def test_facts_that_cannot_be_read_any_more_are_passed_over() -> None:
    unread = FactsStated(talent_id="t-1", facts=None, stated_at=NOON)

    assert list(react_to_facts(recorded(unread, "talent-t-1"))) == []


def test_a_demand_raised_or_closed_is_matched_and_the_next_day_as_well() -> None:
    again = RematchDemand(demand_id="d-1", stream="demand-d-1", position=9)

    assert list(react_to_demands(recorded(raised(), "demand-d-1"))) == [again, MIDNIGHT]
    assert list(react_to_demands(recorded(CLOSED, "demand-d-1"))) == [again, MIDNIGHT]


def test_other_events_of_the_service_are_none_of_its_business() -> None:
    assert list(react_to_demands(recorded(STATED, "talent-t-1"))) == []
