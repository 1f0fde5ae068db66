"""What ops says of traces, matters and services."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from events.sourcing.statements import First
from services.ops.answers import pulse_minutes, trace_answer
from services.ops.figures import figures
from services.ops.projection import event_topics, project_journey, trace_of
from services.ops.pulse import BOUNDS_MS
from services.ops.rounds import Standing, Vouched, standing
from services.ops.trace import matter_lines, trace_lines
from tests.support.recorded import recorded

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ONE_FAST = [0, 1, *([0] * (len(BOUNDS_MS) - 1))]


def a_span(span_id: str, parent: str | None, began_ns: int) -> Any:
    return SimpleNamespace(
        trace_id="t",
        span_id=span_id,
        parent_span_id=parent,
        name=f"span {span_id}",
        service="policy",
        kind="internal",
        began_at=NOON,
        began_ns=began_ns,
        took_ns=2_000_000,
        failed=False,
        attributes={},
    )


def a_figure(service: str, minute: datetime) -> Any:
    return SimpleNamespace(service=service, minute=minute, count=1, slowest_ms=8, buckets=ONE_FAST)


def test_spans_stand_depth_first_and_a_lost_parent_leaves_its_child_at_the_top() -> None:
    spans = [a_span("a", None, 0), a_span("b", "a", 1), a_span("x", "lost", 2), a_span("c", "b", 3)]
    shown = trace_answer("t", spans, [], [])["spans"]
    assert [(one["span_id"], one["depth"]) for one in shown] == [
        ("a", 0),
        ("b", 1),
        ("c", 2),
        ("x", 0),
    ]


def test_a_minute_names_every_service_and_the_newest_comes_first() -> None:
    later = NOON + timedelta(minutes=1)
    minutes = pulse_minutes(
        [a_figure("policy", NOON), a_figure("registry", NOON), a_figure("policy", later)]
    )
    assert [(one["minute"], one["counts"]) for one in minutes] == [
        (later, {"policy": 1}),
        (NOON, {"policy": 1, "registry": 1}),
    ]
    assert (minutes[0]["p50_ms"], minutes[0]["p95_ms"]) == (8, 8)


def test_the_first_figures_are_those_of_the_last_full_minute() -> None:
    minutes = pulse_minutes([a_figure("policy", NOON)])
    running = figures(minutes, [], now=NOON + timedelta(seconds=59))
    full = figures(minutes, [], now=NOON + timedelta(seconds=61))
    assert (running["events_per_minute"], full["events_per_minute"]) == (None, 1)


def test_a_service_that_does_not_answer_says_nothing() -> None:
    assert standing("policy", None, None) == Standing(service="policy", healthy=False)


def test_a_service_stands_by_what_it_says() -> None:
    health = {
        "status": "ok",
        "last_position": 10,
        "relayed_position": 7,
        "readers": {"a": {"behind": 2}, "b": {"behind": None}, "c": {"behind": 1}},
    }
    assert standing("policy", health, {"parked": [{"waiting": 3}]}) == Standing(
        service="policy", healthy=True, position=10, relay_lag=3, consumer_lag=3, parked=4
    )


def test_pages_without_a_journal_are_well_without_positions() -> None:
    assert standing("portal", {"status": "ok"}, None) == Standing(service="portal", healthy=True)


def test_every_category_is_followed() -> None:
    assert {"talent.events", "policy.events", "ticket.events", "feed.events"} <= {*event_topics()}


def test_the_trace_of_an_event_is_the_one_it_was_recorded_in() -> None:
    assert trace_of("00-" + "ab" * 16 + "-" + "1" * 16 + "-03") == "ab" * 16
    assert trace_of(None) is None
    assert trace_of("nonsense") is None


def test_every_event_takes_one_row_of_its_matter() -> None:
    (statement,) = project_journey(recorded(None, name="ticket.opened.v1", stream="ticket-1"))
    assert isinstance(statement, First)
    row = statement.row
    assert (row["name"], row["stream"], row["version"]) == ("ticket.opened.v1", "ticket-1", 1)


def test_a_matter_is_printed_as_a_tree_of_causes() -> None:
    event = {"service": "policy", "position": 3, "stream": "policy-1", "version": 1, "actor": "a"}
    events = [
        event | {"event_id": "1", "causation_id": None, "name": "first", "recorded_at": "10:00"},
        event | {"event_id": "2", "causation_id": "1", "name": "second", "recorded_at": "10:01"},
    ]
    matter = {"correlation_id": "m", "events": events, "traces": ["t"], "spans": 2}
    assert list(matter_lines(matter)) == [
        "matter m: 2 events, 2 spans",
        "10:00    first  policy:3  policy-1@1  a",
        "10:01      second  policy:3  policy-1@1  a",
        "trace t",
    ]


def test_a_trace_is_printed_with_what_its_spans_follow() -> None:
    answer = trace_answer("t", [a_span("a", None, 0)], [], ["m"])
    answer["spans"][0]["links"] = [{"name": None, "service": None, "trace_id": "other"}]
    assert [line.split() for line in trace_lines(answer)] == [
        ["trace", "t:", "2.0", "ms"],
        ["0.0", "+2.0", "span", "a", "policy"],
        ["follows", "a", "span", "not", "received", "here", "trace", "other"],
        ["matter", "m"],
    ]


def test_what_a_service_says_of_its_record_is_told_on() -> None:
    signed = {"state": "whole", "position": 7, "signed_at": "2026-03-02T04:00:00.000000Z"}
    found = standing("policy", {"status": "ok", "record": signed}, None).record
    assert found == Vouched(state="whole", position=7, signed_at=NOON, trouble=None)
    altered = signed | {"state": "altered", "trouble": "it is shorter than what was signed"}
    found = standing("policy", {"status": "ok", "record": altered}, None).record
    assert found is not None
    assert (found.state, found.trouble) == ("altered", "it is shorter than what was signed")
    unsigned = standing("policy", {"status": "ok", "record": {"state": "unsigned"}}, None).record
    assert unsigned == Vouched(state="unsigned", position=0, signed_at=None, trouble=None)
    assert standing("policy", {"status": "ok"}, None).record is None
    assert standing("policy", None, None).record is None
