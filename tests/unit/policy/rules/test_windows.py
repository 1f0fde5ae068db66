"""When applications are taken, when next, and what it says while none are left."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.rules import (
    FormatError,
    Outcome,
    Published,
    QuotaFilled,
    build_view,
    evaluate,
    evaluate_all,
)
from services.policy.rules.days import written_day
from services.policy.rules.periods import Bound, EveryYear, Period
from services.policy.rules.windows import applied_for_until, closes, is_open, next_opening, shut
from tests.unit.policy.rules.rule_samples import ANYONE, NOW, RECORDED, TODAY, facts_of, policy_of

FACTS = facts_of({"birth_date": "1990-01-01"})
TWICE = "window: [{from: 2026-03-01, to: 2026-03-31}, {from: 2026-09-01, to: 2026-09-30, cite: b}]"
WINTER = "window: {every_year: {from: 11-15, to: 01-31}}"
QUOTA = "quota: {count: 9, per: year, full: [{from: 2026-04-01, to: 2026-04-30}], cite: c}"


def found(more: str, day: date, in_force: str = "{from: 2025-01-01, to: open}") -> Outcome:
    return evaluate(policy_of(more=more, in_force=in_force), FACTS, day, NOW)


def said(outcome: Outcome) -> tuple[str, str | None, date | None]:
    return outcome.state.value, outcome.reason and outcome.reason.value, outcome.next_open


@pytest.mark.parametrize(
    ("more", "day", "expected"),
    [
        (TWICE, date(2026, 2, 28), ("window_closed", "window-not-open", date(2026, 3, 1))),
        (TWICE, date(2026, 3, 31), ("eligible", None, None)),
        (TWICE, date(2026, 4, 1), ("window_closed", "window-closed", date(2026, 9, 1))),
        (TWICE, date(2026, 10, 1), ("window_closed", "window-closed", None)),
        (WINTER, date(2026, 1, 31), ("eligible", None, None)),
        (WINTER, date(2026, 2, 1), ("window_closed", "window-closed", date(2026, 11, 15))),
        (WINTER, date(2026, 11, 15), ("eligible", None, None)),
        (QUOTA, date(2026, 3, 31), ("eligible", None, None)),
        (QUOTA, date(2026, 4, 1), ("quota_full", "quota-full", None)),
        (QUOTA, date(2026, 5, 1), ("eligible", None, None)),
    ],
)
def test_outside_its_windows_a_policy_says_when_it_opens_next(
    more: str, day: date, expected: tuple[str, str | None, date | None]
) -> None:
    assert said(found(more, day)) == expected


SPRING = Period(first=written_day("2026-03-01"), last=written_day("2026-03-31"))
TO_APRIL = Period(first=written_day("2026-03-15"), last=written_day("2026-04"))
ENDLESS = Period(first=written_day("2026-03-01"), last=Bound.OPEN)
YEARLY = EveryYear(first=(11, 15), last=(1, 31))


@pytest.mark.parametrize(
    ("windows", "day", "last"),
    [
        ((SPRING,), date(2026, 3, 31), date(2026, 3, 31)),
        ((SPRING,), date(2026, 4, 1), None),
        ((SPRING, TO_APRIL), date(2026, 3, 14), date(2026, 3, 31)),
        ((SPRING, TO_APRIL), date(2026, 3, 15), date(2026, 4, 30)),
        ((TO_APRIL, SPRING), date(2026, 4, 1), date(2026, 4, 30)),
        ((SPRING, ENDLESS), date(2026, 3, 15), None),
        ((YEARLY,), date(2026, 1, 31), date(2026, 1, 31)),
        ((YEARLY,), date(2026, 11, 15), date(2027, 1, 31)),
        ((YEARLY, SPRING), date(2026, 3, 1), date(2026, 3, 31)),
        ((YEARLY,), date(2026, 3, 1), None),
        ((), date(2026, 3, 1), None),
    ],
)
def test_an_application_is_due_when_the_last_window_that_is_open_closes(
    windows: tuple[Period | EveryYear, ...], day: date, last: date | None
) -> None:
    assert closes(windows, day) == last


CALL = "{{name: {name}, title: {{zh: 一, en: one}}, {days} when: {when}}}"
ROADS = {
    "spring": CALL.format(
        name="spring", days="open: {from: 2026-03-01, to: 2026-03-31},", when=ANYONE
    ),
    "april": CALL.format(name="april", days="open: {from: 2026-03, to: 2026-04},", when=ANYONE),
    "always": CALL.format(name="always", days="", when=ANYONE),
}


@pytest.mark.parametrize(
    ("roads", "day", "more", "last"),
    [
        (["spring"], date(2026, 3, 31), "", date(2026, 3, 31)),
        (["spring", "april"], date(2026, 3, 31), "", date(2026, 4, 30)),
        (["spring", "april"], date(2026, 4, 1), "", date(2026, 4, 30)),
        (["spring", "always"], date(2026, 3, 31), "", None),
        (["april"], date(2026, 3, 31), TWICE, date(2026, 3, 31)),
        (["spring"], date(2026, 3, 31), "window: {from: 2026-01-01, to: open}", date(2026, 3, 31)),
        (["always"], date(2026, 3, 31), TWICE, date(2026, 3, 31)),
        ([], date(2026, 3, 31), TWICE, date(2026, 3, 31)),
        ([], date(2026, 3, 31), "", None),
    ],
)
def test_a_call_closes_an_application_as_a_window_does(
    roads: list[str], day: date, more: str, last: date | None
) -> None:
    calls = ", ".join(ROADS[name] for name in roads)
    entry = f"{{all: [{ANYONE}, {{tracks: [{calls}]}}]}}" if roads else ANYONE
    assert applied_for_until(policy_of(entry, more=more), day) == last


def test_a_policy_that_ends_before_its_next_window_names_none() -> None:
    outcome = found(WINTER, date(2026, 2, 1), in_force="{from: 2025-01-01, to: 2026-10-31}")
    assert said(outcome) == ("window_closed", "window-closed", None)


def test_a_later_call_is_the_next_opening() -> None:
    entry = (
        "{tracks: [{name: one, title: {zh: 一, en: one}, open: {from: 2025, to: 2025}, "
        "when: {not_seen: true, cite: a}}, {name: two, title: {zh: 二, en: two}, "
        "open: {from: 2026-05, to: 2026-06}, when: {not_seen: true, cite: a}}]}"
    )
    outcome = evaluate(policy_of(entry), FACTS, TODAY, NOW)
    assert said(outcome) == ("window_closed", "no-track-open", date(2026, 5, 1))


def test_a_body_says_that_none_are_left_and_the_row_shows_in_the_view() -> None:
    day = written_day("2026-04-01")
    row = Published(row_id="r1", policy=policy_of(), recorded_at=RECORDED)
    filled = QuotaFilled(
        row_id="r2",
        policy_id="XX-ONE",
        period=Period(first=day, last=Bound.OPEN),
        recorded_at=RECORDED,
    )
    before, after = (build_view([row, filled], on, NOW) for on in (date(2026, 3, 31), TODAY))
    assert evaluate_all(before, FACTS)[0].state == "eligible"
    assert evaluate_all(after, FACTS)[0].state == "quota_full"
    assert after.entries[0].rows == ("r1", "r2")


@settings(deadline=None)
@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_every_winter_has_the_same_days(day: date) -> None:
    winter = EveryYear(first=(11, 15), last=(1, 31))
    assert is_open(winter, day) == ((day.month, day.day) >= (11, 15) or day.month == 1)


IN_WINTER = policy_of(more=WINTER, in_force="{from: 2020-01-01, to: open}")


@settings(deadline=None)
@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_the_next_opening_is_the_first_later_day_on_which_a_window_begins(day: date) -> None:
    def opens(on: date) -> bool:
        return not shut(IN_WINTER.windows, on) and bool(
            shut(IN_WINTER.windows, on - timedelta(days=1))
        )

    later = (day + timedelta(days=n) for n in range(1, 400))
    assert next_opening(IN_WINTER, day) == next(on for on in later if opens(on))


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("window: [{from: 2026-03-01, to: 2026-04-30}, {from: 2026-04-30, to: open}]", "overlap"),
        ("window: [{from: 2026-03-01, to: 2026-02-01}]", "before it starts"),
        ("window: {every_year: {from: 02-29, to: 03-31}}", "every year"),
        ("window: {every_year: {from: 13-01, to: 03-31}}", "every year"),
        ("quota: {count: 30, cite: a}", "is missing"),
        ("quota: {count: 万, per: year, cite: a}", "whole number"),
        ("applies: {by: work_region, from: 2021-01-01, to: open, cite: a}", "does not fit"),
        ("applies: {by: return_date, from: 2021-01, to: open, cite: a}", "whole date"),
        ("applies: {by: return_date, from: 2021-02-01, to: 2021-01-01, cite: a}", "before it"),
        ("applies: {by: return_date, from: pending, to: open, cite: a}", "pending"),
    ],
)
def test_a_period_that_cannot_be_is_refused_at_its_place(more: str, problem: str) -> None:
    with pytest.raises(FormatError, match=problem) as caught:
        policy_of(more=more)
    assert caught.value.mark.column > 1
    assert caught.value.remedy


def test_a_call_that_ends_before_it_starts_is_refused() -> None:
    track = (
        "{tracks: [{name: one, title: {zh: 一, en: one}, open: {from: 2026, to: 2025}, "
        "when: {not_seen: true, cite: a}}]}"
    )
    with pytest.raises(FormatError, match="before it starts"):
        policy_of(track)


@pytest.mark.parametrize(
    ("arrived", "state"),
    [
        ("2021-08-31", "not_eligible"),
        ("2021-09-01", "eligible"),
        ("2023-12-31", "eligible"),
        ("2024-01-01", "not_eligible"),
        (None, "undetermined"),
    ],
)
def test_a_text_applies_only_to_those_whose_day_lies_in_its_period(
    arrived: str | None, state: str
) -> None:
    more = "applies: {by: shanghai_work_since, from: 2021-09-01, to: 2023-12-31, cite: d}"
    values = {"birth_date": "1990-01-01"} | ({"shanghai_work_since": arrived} if arrived else {})
    outcome = evaluate(policy_of(more=more), facts_of(values), TODAY, NOW)
    assert outcome.state == state
    assert state != "not_eligible" or outcome.failed[0].leaf.cite.where == "d"
