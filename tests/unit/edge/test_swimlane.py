"""The drawing of a journey: every event in its place, and what caused it."""

from datetime import UTC, datetime, timedelta

from services.ops.swimlane import Bar, Dot, draw
from tests.unit.edge.ops_page_samples import LANES

NOON = datetime(2026, 2, 28, 4, 0, tzinfo=UTC)


def test_the_journey_draws_every_event_and_every_known_cause() -> None:
    assert len(LANES["dots"]) == 8
    assert len(LANES["causes"]) == 7
    places = [dot["x"] for dot in LANES["dots"]]
    assert places == sorted(places)
    assert len(set(places)) == 8


def test_events_of_one_instant_stand_apart_and_a_night_does_not_push_them_off_the_page() -> None:
    first = Dot(number=1, name="a", service="registry", at=NOON, caused_by=None)
    same = Dot(number=2, name="b", service="policy", at=NOON, caused_by=1)
    later = Dot(number=3, name="c", service="policy", at=NOON + timedelta(hours=12), caused_by=99)
    drawn = draw(dots=[later, same, first], bars=[], rooms=["registry", "policy"])
    one, two, three = (dot["x"] for dot in drawn["dots"])
    assert two - one >= 24
    assert three < 400
    assert len(drawn["causes"]) == 1


def test_a_span_outside_the_events_stays_on_the_drawing() -> None:
    dot = Dot(number=1, name="a", service="registry", at=NOON, caused_by=None)
    bar = Bar(service="registry", began_at=NOON - timedelta(days=1), ended_at=NOON + timedelta(1))
    drawn = draw(dots=[dot], bars=[bar], rooms=["registry"])
    assert 0 < drawn["bars"][0]["x"] < drawn["bars"][0]["x"] + drawn["bars"][0]["width"] < 900
