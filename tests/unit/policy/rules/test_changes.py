"""What one text does to another, from which day, and who stays under the older one."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.policy.rules import (
    Amended,
    FormatError,
    Policy,
    Published,
    SourceRow,
    View,
    build_view,
    default_vocabulary,
    evaluate_all,
)
from services.policy.rules.changes import Amends, Basis, ChangeKind
from services.policy.rules.days import written_day
from services.policy.rules.tree import Cite
from tests.unit.policy.rules.rule_samples import ANYONE, NOW, RECORDED, TODAY, facts_of, policy_of

SUPERIORS = default_vocabulary().superiors()
FACTS = {"birth_date": "1990-01-01"}


def published(policy: Policy, row: str = "", later: int = 0) -> Published:
    moment = RECORDED + timedelta(days=later)
    return Published(row_id=row or policy.policy_id, policy=policy, recorded_at=moment)


def act(change: str, *, issuer: str = "putuo", policy_id: str = "XX-ACT", **parts: str) -> Policy:
    more = f"amends: [{{policy: XX-ONE, {change}, basis: read, cite: 'Article 2'}}]"
    return policy_of(policy_id=policy_id, issuer=issuer, more=more, **parts)


def view_of(*policies: Policy, on: date = TODAY) -> View:
    return build_view([published(each) for each in policies], on, NOW, superiors=SUPERIORS)


def said(view: View, facts: dict[str, Any] = FACTS) -> dict[str, str]:
    return {
        each.policy_id: each.reason.value if each.reason else each.state.value
        for each in evaluate_all(view, facts_of(facts))
    }


def of_one(*policies: Policy, on: date = TODAY) -> str:
    return said(view_of(*policies, on=on))["XX-ONE"]


ENDING = policy_of(in_force="{from: 2025-01-01, to: 2026-03-31}")
COMING = policy_of(in_force="{from: 2026-05-01, to: open}")
WAITING = policy_of(in_force="{from: pending, to: open}")
STANDING = policy_of()


@pytest.mark.parametrize(
    ("policy", "change", "before", "after"),
    [
        (ENDING, "kind: prolong, to: 2026-04-01", "ended", "eligible"),
        (ENDING, "kind: prolong, to: open", "ended", "eligible"),
        (STANDING, "kind: postpone, from: 2026-04-02", "eligible", "not-yet-in-force"),
        (WAITING, "kind: postpone, from: 2026-04-01", "waits-for-an-act", "eligible"),
        (COMING, "kind: retroactive, from: 2026-04-01", "not-yet-in-force", "eligible"),
        (STANDING, "kind: suspend, from: 2026-04-01, to: 2026-04-01", "eligible", "suspended"),
        (STANDING, "kind: suspend, from: 2026-04-01, to: open", "eligible", "suspended"),
        (STANDING, "kind: suspend, from: 2026-04-02, to: open", "eligible", "eligible"),
        (STANDING, "kind: suspend, from: 2026-03-01, to: 2026-03-31", "eligible", "eligible"),
        (STANDING, "kind: repeal, from: 2026-04-01", "eligible", "repealed"),
        (STANDING, "kind: repeal, from: 2026-04-02", "eligible", "eligible"),
        (STANDING, "kind: amend, version: 2, from: 2026-04-01", "eligible", "text-not-seen"),
        (STANDING, "kind: amend, version: 2, from: 2026-04-02", "eligible", "eligible"),
    ],
)
def test_each_kind_of_change_takes_effect_on_its_day(
    policy: Policy, change: str, before: str, after: str
) -> None:
    assert of_one(policy) == before
    assert of_one(policy, act(change)) == after


def test_an_amended_text_matches_nobody_until_it_is_published() -> None:
    amend = act("kind: amend, version: 2, from: 2026-04-01")
    unseen = view_of(STANDING, amend)
    assert {each.state.value for each in evaluate_all(unseen, facts_of(FACTS))} == {
        "criteria_not_seen",
        "eligible",
    }
    second = policy_of(version="2", in_force="{from: 2026-04-01, to: open}")
    rows = [published(STANDING), published(second, "second"), published(amend)]
    assert said(build_view(rows, TODAY, NOW))["XX-ONE"] == "eligible"


def test_what_is_repealed_is_not_merely_suspended() -> None:
    suspend = act("kind: suspend, from: 2026-01-01, to: open")
    repeal = act("kind: repeal, from: 2026-03-01", policy_id="XX-LAST")
    assert of_one(STANDING, suspend, repeal) == "repealed"


def test_of_two_prolongations_the_later_text_counts_in_any_order() -> None:
    first = act("kind: prolong, to: 2026-03-31", policy_id="XX-SHORT")
    second = act("kind: prolong, to: 2028-12-31", policy_id="XX-LONG")
    rows = [published(ENDING), published(first), published(second, later=1)]
    views = [build_view(each, TODAY, NOW) for each in (rows, rows[::-1])]
    assert [said(view)["XX-ONE"] for view in views] == ["eligible", "eligible"]
    assert views[0] == views[1]


def test_a_body_without_a_say_changes_nothing_and_is_named() -> None:
    town = act("kind: repeal, from: 2026-01-01", issuer="changzheng")
    view = view_of(STANDING, town)
    entry = next(each for each in view.entries if each.policy.policy_id == "XX-ONE")
    assert (entry.contested_by, entry.changes) == (("XX-ACT",), ())
    assert said(view)["XX-ONE"] == "eligible"


def test_a_change_names_its_body_text_row_and_clause() -> None:
    view = view_of(ENDING, act("kind: prolong, to: 2028-12-31", issuer="shanghai"))
    entry = next(each for each in view.entries if each.policy.policy_id == "XX-ONE")
    (change,) = entry.changes
    assert (change.issuer, change.by, change.row) == ("shanghai", "XX-ACT", "XX-ACT")
    assert change.cite == Cite("Article 2")
    assert entry.rows == ("XX-ACT", "XX-ONE")


def test_a_body_changes_its_own_policy_by_its_word_alone() -> None:
    change = Amends(
        policy_id="XX-ONE",
        kind=ChangeKind.PROLONG,
        first=None,
        last=written_day("2027-12-31"),
        version=None,
        basis=Basis.READ,
        cite=Cite("Notice 3"),
    )
    row = Amended(row_id="r9", change=change, recorded_at=RECORDED + timedelta(days=2))
    rows: list[SourceRow] = [published(ENDING), row]
    assert said(build_view(rows, TODAY, NOW))["XX-ONE"] == "eligible"
    assert said(build_view(rows, TODAY, RECORDED))["XX-ONE"] == "ended"


def test_a_text_that_was_issued_late_is_in_force_from_the_day_it_says() -> None:
    late = policy_of(in_force="{from: 2024-07-01, to: open}")
    assert of_one(late, on=date(2024, 7, 1)) == "eligible"
    before = build_view([published(late)], date(2024, 7, 1), RECORDED - timedelta(days=1))
    assert before.entries == ()


KEEPS = (
    "supersedes: [{policy: XX-ONE, basis: read, cite: a}]\n"
    "transition: [{policy: XX-ONE, keeps: {fact: shanghai_work_since, op: '<', "
    "value: 2026-03-01, cite: 'Article 30'}, until: %s, cite: 'Article 30'}]"
)
NEW = policy_of(
    policy_id="XX-TWO", in_force="{from: 2026-03-01, to: open}", more=KEEPS % "2027-12-31"
)
OLD = policy_of(in_force="{from: 2021-01-01, to: 2026-02-28}")
EARLY = {**FACTS, "shanghai_work_since": "2026-02-28"}
LATE = {**FACTS, "shanghai_work_since": "2026-03-01"}


@pytest.mark.parametrize(
    ("facts", "on", "old", "new"),
    [
        (EARLY, TODAY, "eligible", "not_eligible"),
        (LATE, TODAY, "not_eligible", "eligible"),
        (FACTS, TODAY, "undetermined", "undetermined"),
        (EARLY, date(2026, 2, 28), "eligible", "not-yet-in-force"),
        (FACTS, date(2026, 2, 28), "eligible", "not-yet-in-force"),
        (EARLY, date(2027, 12, 31), "eligible", "not_eligible"),
        (EARLY, date(2028, 1, 1), "replaced", "eligible"),
    ],
)
def test_whoever_arrived_before_stays_under_the_older_text(
    facts: dict[str, Any], on: date, old: str, new: str
) -> None:
    assert said(view_of(OLD, NEW, on=on), facts) == {"XX-ONE": old, "XX-TWO": new}


def test_the_older_text_cites_the_newer_one_for_whom_it_keeps() -> None:
    outcomes = evaluate_all(view_of(OLD, NEW), facts_of(LATE))
    (leaf,) = outcomes[0].failed
    assert leaf.leaf.cite.where == "XX-TWO, Article 30"


def test_an_unknown_arrival_is_what_both_ask_for() -> None:
    outcomes = evaluate_all(view_of(OLD, NEW), facts_of(FACTS))
    assert {each.missing for each in outcomes} == {("shanghai_work_since",)}


def test_a_body_without_a_say_keeps_nobody_under_the_older_text() -> None:
    town = policy_of(
        policy_id="XX-TWO",
        issuer="changzheng",
        in_force="{from: 2026-03-01, to: open}",
        more=KEEPS % "open",
    )
    assert said(view_of(STANDING, town), LATE)["XX-ONE"] == "eligible"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (
            (
                "amends: [{policy: A, kind: suspend, from: 2026-02-01, to: 2026-01-01, "
                "basis: read, cite: a}]"
            ),
            "before it starts",
        ),
        ("amends: [{policy: A, kind: prolong, basis: read, cite: a}]", "'to' is missing"),
        ("amends: [{policy: A, kind: prolong, to: pending, basis: read, cite: a}]", "pending"),
        ("amends: [{policy: A, kind: repeal, from: 2026-02, basis: read, cite: a}]", "whole date"),
        ("amends: [{policy: A, kind: vanish, from: 2026-02-01, basis: read, cite: a}]", "choices"),
        ("amends: [{policy: A, kind: supersede, basis: read, cite: a}]", "stands elsewhere"),
        (
            f"transition: [{{policy: XX-ONE, keeps: {ANYONE}, until: open, cite: a}}]",
            "the same policy",
        ),
        ("transition: [{policy: A, keeps: {wish: b}, until: open, cite: a}]", "not a condition"),
    ],
)
def test_a_change_that_cannot_be_read_is_refused_with_its_remedy(more: str, problem: str) -> None:
    with pytest.raises(FormatError, match=problem) as caught:
        policy_of(more=more)
    assert caught.value.remedy
