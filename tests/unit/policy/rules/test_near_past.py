"""Of a day that is past a near miss says what could be changed then, and what time alone did."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from infra.local.places import ROOT
from services.policy.entitlements.fact_list import typed
from services.policy.offline.people import read_people
from services.policy.rules import Published, View, build_view, default_vocabulary, load_policies
from services.policy.rules.bulk.agreement import trees_of
from services.policy.rules.bulk.sampling import persons_for
from services.policy.rules.bulk.trees import rules_of
from services.policy.rules.candidates import is_settled
from services.policy.rules.explain import near_misses
from services.policy.rules.facts import Absent, Fact, FactView, Source, select
from services.policy.rules.near import aim as aims
from services.policy.rules.near import turns
from services.policy.rules.near.found import NearMiss, Needed
from services.policy.rules.prove import prove
from services.policy.rules.ready import Ready
from services.policy.rules.standing import obstacle
from services.policy.rules.tree import Leaf, Unseen
from services.policy.rules.trial import with_changes
from services.policy.rules.verdict import OPEN, verdict
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of, policy_of

WORDS = default_vocabulary()
TALENTS = Path(__file__).parents[1] / "ten_talents.json"
KNOWN_AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAYS = [date(year, 11, 28) for year in (2026, 2025, 2023, 2021)]
HELD_BESIDE = ("titles_held", "policies_held")
FROM_35 = '{since: birth_date, op: ">=", years: 35, cite: a}'
SAMPLED = 10
ONE_DAY = timedelta(days=1)
EVERY_DAY_FOR = 500
"""Of a longer wait one day in seven is tried, and the last of them all."""

Missed = tuple[str, FactView, Ready, NearMiss]


@cache
def view_on(day: date) -> View:
    policies = load_policies(ROOT / "data/policies")
    rows = [Published(row_id=e.policy_id, policy=e, recorded_at=RECORDED) for e in policies]
    return build_view(rows, day, KNOWN_AT, superiors=WORDS.superiors())


@cache
def talents() -> Mapping[str, tuple[Fact, ...]]:
    people = read_people(TALENTS, WORDS, KNOWN_AT)
    return {each.talent_id: tuple(typed(each.facts, WORDS)) for each in people}


def people_on(day: date) -> Iterator[tuple[str, FactView]]:
    """The ten talents, and people at the boundaries of what all policies ask."""
    for name, facts in talents().items():
        yield name, select(facts, day, KNOWN_AT)
    asked = rules_of([t for e in view_on(day).entries for t in trees_of(e.policy).values()], day)
    at_most = SAMPLED * len(asked.asked)
    for number, person in enumerate(persons_for(asked, sampled=SAMPLED, at_most=at_most)):
        yield str(number), person


@cache
def all_missed(day: date) -> tuple[Missed, ...]:
    return tuple(_all_missed(day))


def _all_missed(day: date) -> Iterator[Missed]:
    view = view_on(day)
    asked = {each.policy.policy_id: each for each in view.ready()}
    for name, person in people_on(day):
        for policy_id, found in near_misses(view, person, WORDS).items():
            yield f"{name} {policy_id}", person, asked[policy_id], found


def changed_from(person: FactView, needed: Iterable[Needed]) -> FactView:
    """As the person would be who changed this on the day: of the days before it says nothing."""
    today, by_name = person.valid_at, dict(person.by_name)
    for each in needed:
        said = by_name.get(each.fact, ())
        beside = each.fact in HELD_BESIDE and not isinstance(each.value, Absent)
        before = said if beside else tuple(_until(fact, today) for fact in said)
        by_name[each.fact] = (*before, _from(today, each))
    return FactView(today, person.known_at, by_name)


def _until(fact: Fact, day: date) -> Fact:
    return replace(fact, valid_to=min(fact.valid_to or day, day))


def _from(day: date, needed: Needed) -> Fact:
    name, value = needed.fact, needed.value
    source = Source.DECLARED
    return Fact(name=name, value=value, source=source, recorded_at=KNOWN_AT, valid_from=day)


def is_open(asked: Ready, person: FactView) -> bool:
    assert not isinstance(asked.criteria, Unseen)
    if obstacle(asked.policy, person.valid_at, asked.ended) is not None:
        return False
    return verdict(prove(asked.criteria, person)).state in OPEN


def would_not_do(missed: Iterable[Missed]) -> list[str]:
    return [
        name
        for name, person, asked, found in missed
        if found.changes and not is_open(asked, changed_from(person, found.changes))
    ]


def not_from_that_day(missed: Iterable[Missed]) -> list[str]:
    return [
        name
        for name, person, asked, found in missed
        if found.from_day is not None and not _is_first(found.from_day, person, asked)
    ]


def _is_first(day: date, person: FactView, asked: Ready) -> bool:
    """By the texts that stand on the day itself, and on none before it."""
    then = {each.policy.policy_id: each for each in view_on(day).ready()}
    if not is_open(then[asked.policy.policy_id], _on(day, person)):
        return False
    return not any(is_open(asked, _on(each, person)) for each in _days(person.valid_at, day))


def _on(day: date, person: FactView) -> FactView:
    return FactView(day, person.known_at, person.by_name)


def _days(first: date, until: date) -> list[date]:
    count = (until - first).days
    step = 1 if count <= EVERY_DAY_FOR else 7
    return [until - number * ONE_DAY for number in range(1, count + 1, step)]


@pytest.mark.parametrize("day", DAYS)
def test_whoever_changes_on_the_day_what_a_near_miss_names_is_eligible_on_it(day: date) -> None:
    missed = all_missed(day)
    assert any(found.changes for *_, found in missed)
    assert would_not_do(missed) == []


@pytest.mark.parametrize("day", DAYS[1:])
def test_time_alone_does_it_on_the_day_that_is_named_and_on_none_before(day: date) -> None:
    missed = all_missed(day)
    assert any(found.from_day for *_, found in missed)
    assert not_from_that_day(missed) == []


@pytest.mark.parametrize("day", DAYS)
def test_what_is_asked_of_a_day_that_is_over_is_not_among_what_is_to_be_changed(day: date) -> None:
    conditions = [leaf for *_, found in all_missed(day) for e in found.changes for leaf in e.leaves]
    assert conditions
    assert not any(is_settled(leaf, day) for leaf in conditions)


def test_to_suggest_what_is_over_would_be_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_is(leaf: Leaf, today: date) -> bool:
        return False

    monkeypatch.setattr(aims, "is_settled", nothing_is)
    monkeypatch.setattr(turns, "is_settled", nothing_is)
    missed = [found for day in (date(2023, 11, 28), date(2021, 11, 28)) for found in _anew(day)]
    denied = {name.split()[1] for name in would_not_do(missed)}
    assert denied >= {"SU-CONTRIB-2023", "SZ-INDUSTRY-2021"}


def _anew(day: date) -> Iterator[Missed]:
    """Without what was worked out before: `replace` would keep it, a new view does not."""
    view_on.cache_clear()
    yield from _all_missed(day)
    view_on.cache_clear()


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_too_early_or_too_late_would_be_found_out(days: int) -> None:
    missed = [
        (name, person, asked, replace(found, from_day=found.from_day + days * ONE_DAY))
        for name, person, asked, found in all_missed(date(2025, 11, 28))
        if found.from_day is not None
    ]
    assert not_from_that_day(missed) != []


def test_what_stood_before_is_still_read_of_the_days_before() -> None:
    day = date(2023, 11, 28)
    income = Fact(name="annual_income", value=1, source=Source.VERIFIED, recorded_at=RECORDED)
    person = FactView(day, KNOWN_AT, {"annual_income": (income,)})
    needed = Needed(fact="annual_income", value=2, leaves=())
    changed = changed_from(person, [needed])
    then = [changed.read("annual_income", on=on).value for on in (day - ONE_DAY, day)]
    assert then == [1, 2]
    # The control: the evaluator's own trial means all days.
    tried = with_changes(person, [("annual_income", 2)])
    assert tried.read("annual_income", on=day - ONE_DAY).value == 2


def test_of_a_day_on_which_a_later_edition_counts_an_earlier_one_promises_nothing() -> None:
    facts = select(facts_of({"birth_date": "1992-02-29"}), TODAY, NOW)
    first = Published(row_id="1", policy=policy_of(FROM_35), recorded_at=RECORDED)
    stricter = policy_of(
        FROM_35.replace("35", "60"), version="2", in_force="{from: 2026-09-01, to: open}"
    )
    second = Published(row_id="2", policy=stricter, recorded_at=RECORDED)
    assert near_misses(build_view([first, second], TODAY, NOW), facts, WORDS) == {}
    # The control: where nobody has announced another edition the day is told.
    found = near_misses(build_view([first], TODAY, NOW), facts, WORDS)
    assert found["XX-ONE"].from_day == date(2027, 3, 1)
    # A day before the later edition counts is told still.
    young = select(facts_of({"birth_date": "1991-05-17"}), TODAY, NOW)
    found = near_misses(build_view([first, second], TODAY, NOW), young, WORDS)
    assert found["XX-ONE"].from_day == date(2026, 5, 17)
