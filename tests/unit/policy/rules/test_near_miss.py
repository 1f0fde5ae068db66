"""What would have to change, and from when time alone is enough: against trying everything."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings

from services.policy.rules import (
    Policy,
    Published,
    State,
    build_view,
    default_vocabulary,
    evaluate,
)
from services.policy.rules.bulk.walk import leaves_of
from services.policy.rules.candidates import facts_of as facts_read
from services.policy.rules.criteria import criteria_of
from services.policy.rules.explain import near_misses, render_near_miss
from services.policy.rules.facts import FactView, select
from services.policy.rules.kleene import Truth
from services.policy.rules.near.found import NearMiss
from services.policy.rules.near_miss import near_miss
from services.policy.rules.prove import truth_in
from services.policy.rules.standing import obstacle
from services.policy.rules.tree import Linear, Not, Tree, Unseen
from services.policy.rules.trial import with_changes
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of
from tests.unit.policy.rules.trees import (
    VALUES,
    dated_people,
    days_after,
    everybody,
    people,
    plain_trees,
    timed_trees,
)

WORDS = default_vocabulary()
YEARS = 2 * 366
LAST_TRIED = days_after(TODAY, YEARS)[-1]
FROM_35 = '{since: birth_date, op: ">=", years: 35, cite: a}'
UNDER_35 = '{since: birth_date, op: "<", years: 35, cite: a}'
SIGNED = "{fact: labour_contract, op: '==', value: true, cite: b}"
LOW_RENT = '{fact: monthly_rent, op: "<=", value: 3000 元, cite: c}'
IN_PUTUO = "{fact: work_region, in: [putuo], cite: d}"
PUJIANG = "{holds: {titles: [sh.pujiang], tenure: in_term}, cite: e}"
ONE_HOME = '{count: homes_owned, op: "<=", value: 1, cite: f}'
WOULD_DO = {State.ELIGIBLE, State.SUBJECT_TO_MANUAL_CHECK}
CHECK = "{manual_check: {zh: 查, en: check}, id: look, cite: g}"


def missed(entry: str, facts: Mapping[str, Any], on: date = TODAY, **parts: str) -> NearMiss | None:
    policy = policy_of(entry, **parts)
    return near_miss(policy, select(facts_of(facts), on, NOW), WORDS, ended=None)


def state_with(entry: str, facts: Mapping[str, Any]) -> State:
    """What the evaluator says of whoever has these facts."""
    said = {name: list(v) if isinstance(v, tuple) else v for name, v in facts.items()}
    return evaluate(policy_of(entry), facts_of(said), TODAY, NOW).state


def changes(found: NearMiss | None) -> dict[str, Any]:
    assert found is not None
    return {each.fact: each.value for each in found.changes}


@pytest.mark.parametrize(
    ("entry", "facts", "expected"),
    [
        (LOW_RENT, {"monthly_rent": 300_001}, {"monthly_rent": 300_000}),
        (IN_PUTUO, {"work_region": "minhang"}, {"work_region": "putuo"}),
        (PUJIANG, {"titles_held": []}, {"titles_held": ("sh.pujiang",)}),
        (
            f"{{all: [{SIGNED}, {LOW_RENT}]}}",
            {"labour_contract": False, "monthly_rent": 1},
            {"labour_contract": True},
        ),
        (
            f"{{any: [{{all: [{SIGNED}, {IN_PUTUO}]}}, {LOW_RENT}]}}",
            {"labour_contract": False, "work_region": "minhang", "monthly_rent": 900_000},
            {"monthly_rent": 300_000},
        ),
        (f"{{not: {IN_PUTUO}}}", {"work_region": "putuo"}, {"work_region": "minhang"}),
        (f"{{all: [{SIGNED}, {CHECK}]}}", {"labour_contract": False}, {"labour_contract": True}),
    ],
)
def test_the_fewest_changes_are_named_with_a_value_that_would_do(
    entry: str, facts: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = changes(missed(entry, facts))
    assert found == expected
    assert state_with(entry, facts) is State.NOT_ELIGIBLE
    assert state_with(entry, {**facts, **found}) in WOULD_DO


def test_a_value_that_would_not_do_would_be_found_out() -> None:
    elsewhere = f"{{not: {IN_PUTUO}}}"
    assert state_with(elsewhere, {"work_region": "minhang"}) in WOULD_DO
    assert state_with(elsewhere, {"work_region": "cn"}) not in WOULD_DO, "may be in Putuo"
    assert state_with(LOW_RENT, {"monthly_rent": 300_001}) not in WOULD_DO


def test_fewer_homes_would_do() -> None:
    homes = [{"region": "putuo"}, {"region": "minhang"}]
    assert len(changes(missed(ONE_HOME, {"homes_owned": homes}))["homes_owned"]) == 1


def test_a_birth_date_is_never_to_be_changed() -> None:
    assert missed(UNDER_35, {"birth_date": "1980-01-01"}) is None


def test_a_check_that_was_denied_and_a_title_once_held_are_not_to_be_changed() -> None:
    assert missed(CHECK, {"check:XX-ONE/look": False}) is None
    ever = "{not: {holds: {titles: [sh.pujiang], tenure: ever}, cite: e}}"
    assert missed(ever, {"titles_held": "sh.pujiang"}) is None


def test_criteria_that_were_not_seen_are_no_near_miss() -> None:
    entry = f"{{all: [{SIGNED}, {{not_seen: true, cite: a}}]}}"
    assert missed(entry, {"labour_contract": False}) is None


@pytest.mark.parametrize(
    ("entry", "facts", "day"),
    [
        (FROM_35, {"birth_date": "1992-02-29"}, date(2027, 3, 1)),
        (
            '{since: birth_date, op: ">=", years: 35, convention: calendar, cite: a}',
            {"birth_date": "1992-07-07"},
            date(2027, 1, 1),
        ),
        (
            '{since: birth_date, op: ">=", years: 35, at: year_end, cite: a}',
            {"birth_date": "1992-07-07"},
            date(2027, 1, 1),
        ),
        (
            '{since: home_purchase_date, op: ">", months: 12, cite: a}',
            {"home_purchase_date": "2026-01-31"},
            date(2027, 2, 28),
        ),
        (
            "{since: graduation_date, op: within, years: 2, cite: a}",
            {"graduation_date": "2026-06-30"},
            date(2026, 6, 30),
        ),
        (
            f"{{all: [{FROM_35}, {SIGNED}]}}",
            {"birth_date": "1991-05-01", "labour_contract": False},
            None,
        ),
    ],
)
def test_time_alone_says_from_which_day(
    entry: str, facts: dict[str, Any], day: date | None
) -> None:
    found = missed(entry, facts)
    assert (found and found.from_day) == day


def test_a_title_that_runs_out_ends_what_bars_its_holder() -> None:
    policy = policy_of(f"{{not: {PUJIANG}}}")
    title = {
        "name": "titles_held",
        "value": "sh.pujiang",
        "source": "verified",
        "recorded_at": NOW,
        "valid_to": date(2026, 9, 1),
    }
    found = near_miss(policy, select(facts_of({}, title), TODAY, NOW), WORDS, ended=None)
    assert found is not None
    assert found.from_day == date(2026, 9, 1)


def test_a_window_that_opens_is_waited_for_with_everything_else() -> None:
    found = missed(
        FROM_35,
        {"birth_date": "1991-04-10"},
        more="window: [{from: 2026-03-01, to: 2026-03-31}, {from: 2026-09-01, to: 2026-09-30}]",
    )
    assert found is not None
    assert found.from_day == date(2026, 9, 1)


def test_a_list_entry_grows_old_as_well() -> None:
    entry = (
        '{count: homes_owned, where: {since: bought_on, op: ">=", years: 5, cite: a}, '
        'op: ">=", value: 1, cite: a}'
    )
    found = missed(entry, {"homes_owned": [{"bought_on": "2022-01-15"}]})
    assert found is not None
    assert found.from_day == date(2027, 1, 15)


def with_tree(tree: Tree) -> Policy:
    return replace(policy_of(), entry=tree)


def holds(tree: Tree, person: Mapping[str, Any]) -> bool:
    return truth_in(tree, select(facts_of(person), TODAY, NOW)) is Truth.TRUE


def fewest(tree: Tree, person: Mapping[str, Any]) -> int | None:
    """The fewest facts whose change helps, by trying every set of facts and every value."""
    for count in range(len(VALUES) + 1):
        for names in combinations(VALUES, count):
            for values in product(*(VALUES[name] for name in names)):
                if holds(tree, {**person, **dict(zip(names, values, strict=True))}):
                    return count
    return None


def is_entangled(tree: Tree) -> bool:
    """Whether a fact of a sum stands elsewhere too: there a way may be missed, as is said of it."""
    leaves = list(leaves_of(tree))
    read = Counter(fact for leaf in leaves for fact in facts_read(leaf))
    sums = [leaf for leaf in leaves if isinstance(leaf, Linear)]
    return any(read[fact] > 1 for leaf in sums for fact in facts_read(leaf))


@settings(max_examples=60, deadline=None)
@given(plain_trees, people)
def test_the_changes_do_it_and_no_fewer_are_found_by_trying_everything(
    tree: Tree, known: dict[str, Any]
) -> None:
    for person in everybody(known)[:1]:
        view = select(facts_of(person), TODAY, NOW)
        found = near_miss(with_tree(tree), view, WORDS, ended=None)
        if holds(tree, person):
            assert found is None
            continue
        least = fewest(tree, person)
        if least is not None and not is_entangled(tree):
            assert found is not None
            assert len(found.changes) <= least
        if found is not None:
            changed = with_changes(view, [(each.fact, each.value) for each in found.changes])
            assert truth_in(tree, changed) is Truth.TRUE
            assert all(WORDS.facts[each.fact].can_be_changed for each in found.changes)


def by_trying(policy: Policy, person: Mapping[str, Any], *, step: int = 1) -> date | None:
    criteria = criteria_of(policy)
    assert not isinstance(criteria, Unseen)
    known = select(facts_of(person), TODAY, NOW).by_name
    for day in days_after(TODAY, YEARS)[::step]:
        then = FactView(day, NOW, known)
        if obstacle(policy, day, None) is None and truth_in(criteria, then) is Truth.TRUE:
            return day
    return None


@settings(max_examples=60, deadline=None)
@given(timed_trees, dated_people)
def test_the_day_is_the_first_that_trying_every_day_finds(
    tree: Tree, person: dict[str, Any]
) -> None:
    view = select(facts_of(person), TODAY, NOW)
    policy = with_tree(Not(tree) if truth_in(tree, view) is Truth.TRUE else tree)
    found = near_miss(policy, view, WORDS, ended=None)
    if truth_in(tree, view) is Truth.UNKNOWN:
        assert found is None
        return
    day = None if found is None else found.from_day
    assert by_trying(policy, person) == (day if day and day <= LAST_TRIED else None)


def test_the_trial_of_days_would_notice_a_day_left_out() -> None:
    policy = policy_of(FROM_35)
    person = {"birth_date": "1992-02-29"}
    assert by_trying(policy, person) == date(2027, 3, 1)
    assert by_trying(policy, person, step=2) != date(2027, 3, 1)


def test_an_explanation_says_of_every_policy_what_would_open_it() -> None:
    rows = [
        Published(row_id=each.policy_id, policy=each, recorded_at=NOW)
        for each in (
            policy_of(LOW_RENT),
            policy_of(FROM_35, policy_id="XX-TWO"),
            policy_of(UNDER_35, policy_id="XX-THREE"),
        )
    ]
    facts = facts_of({"monthly_rent": 900_000, "birth_date": "1992-07-07"})
    found = near_misses(build_view(rows, TODAY, NOW), select(facts, TODAY, NOW), WORDS)
    rent, time = (render_near_miss(name, each) for name, each in sorted(found.items()))
    assert (rent["policy_id"], rent["from_day"]) == ("XX-ONE", None)
    (change,) = rent["changes"]
    assert (change["fact"], change["value"], change["state"]) == ("monthly_rent", 300_000, "value")
    assert change["conditions"][0]["cite"]["where"] == "c"
    assert time == {"policy_id": "XX-TWO", "from_day": "2027-07-07", "changes": []}
