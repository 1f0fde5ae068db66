"""What was found of others is said of somebody only where it would be found of them too."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import count, islice

import pytest

from events.catalog.talent import Fact
from infra.world.people import people
from services.policy.entitlements import alike, conditions
from services.policy.entitlements.conditions import Conditions, Somebody
from services.policy.entitlements.fact_list import typed
from services.policy.entitlements.judge import Judge
from services.policy.entitlements.marks import Draft, listed, marks_of
from services.policy.policies.views import Consolidated
from services.policy.remembered import Texts
from services.policy.rules import Outcome, Published
from services.policy.rules.evaluate import Person, hangs_on_conditions, opened, person_of
from services.policy.rules.evaluate import judge as judged_by
from services.policy.rules.facts import select
from services.policy.rules.outcome import Background, Offer, State
from services.policy.rules.proof import LeafProof, Proof, missing_of
from services.policy.rules.reads import reads_the_day
from services.policy.rules.ready import Ready
from services.policy.rules.tree import Leaf
from tests.support.policy import NOON
from tests.unit.policy.rules.rule_samples import policy_of
from tests.unit.policy.test_judge import (
    TODAY,
    VOCABULARY,
    answered,
    corpus,
    list_of,
    same,
    seen,
    stated,
)

MANY = 40
RETURNED_SOON = "{since: graduation_date, op: within, years: 2, at: {fact: return_date}, cite: a}"
TWO_YEARS_OF_BOTH = (
    '{sum: [{fact: work_experience_years}, {fact: years_with_employer}], op: ">=", value: 2, '
    "cite: a}"
)
HELD_EVER = "{holds: {titles: [sh.pujiang], tenure: ever}, cite: a}"
RICH_BEFORE = '{fact: annual_income, op: ">=", value: 300000 元, as_of: 2022-12-31, cite: a}'
GRADUATED = stated("graduation_date", "2022-06-30")
RETURNED = stated("return_date", "2023-01-01")
CAPPED = {
    "benefits": (
        "[{id: b, kind: money, cost_item: rent, pay: {amount: 60000 元, per: once}, cite: a}]"
    ),
    "more": (
        "interactions: [{id: s, cap: {members: ['#b'], most: {by: income_tax_paid, percent: 10}},"
        " cite: a}]"
    ),
}


def asking(entry: str) -> Consolidated:
    """The view of one policy with this condition."""
    row = Published(row_id="policy-XX-ONE@1", policy=policy_of(entry), recorded_at=NOON)
    return seen(rows=(row,))


def between(fact: Fact, first: date | None, last: date | None = None) -> Fact:
    return replace(fact, valid_from=first, valid_to=last)


def all_the_same(view: Consolidated, lists: Sequence[Sequence[Fact]]) -> bool:
    """Whether each is answered as if nobody had been asked before."""
    remembering = Judge(VOCABULARY)
    return all(same(answered(remembering, view, each), view, each) for each in lists)


def shape(proof: Proof | None) -> object:
    """A proof without what was read."""
    if proof is None or isinstance(proof, LeafProof):
        return proof and (proof.leaf, proof.truth)
    return proof.join, proof.truth, proof.closed, tuple(map(shape, proof.children))


def told(outcome: Outcome) -> tuple[object, ...]:
    """All of an outcome but what was read, what it is worth, and what was had before."""
    return (
        outcome.state,
        outcome.reason,
        shape(outcome.proof),
        tuple(map(shape, outcome.failed)),
        outcome.missing,
        outcome.could_matter,
        outcome.manual_checks,
        outcome.next_open,
        outcome.stages,
    )


def test_who_stands_to_all_conditions_of_a_policy_alike_is_told_alike() -> None:
    found: dict[object, set[object]] = {}
    asked_for, numbers = 0, count()
    proving = Conditions(10**6, Texts(10**6))
    for one in islice(people(), MANY):
        person = person_of(select(typed(list_of(one), VOCABULARY), TODAY, NOON))
        own = defaultdict[str, int](numbers.__next__)
        by = Somebody(person, own, own)
        for asked in Judge(VOCABULARY)._standing(seen().view).asked[::3]:
            if hangs_on_conditions(asked.ready, person):
                stands = tuple([each.stands for each in proving.prove(asked.conditions, by)])
                told_so = found.setdefault((asked.ready.policy.policy_id, stands), set())
                told_so.add(told(judged_by(asked.ready, person)))
                asked_for += 1

    assert asked_for > 2 * len(found) > 2 * len(corpus()) / 3
    assert {len(each) for each in found.values()} == {1}


@pytest.mark.parametrize(
    "lists",
    [
        [[], [GRADUATED], [RETURNED], [GRADUATED, RETURNED]],
        [[GRADUATED], [RETURNED], []],
        [[RETURNED], [GRADUATED]],
    ],
)
def test_who_lacks_one_of_two_facts_is_not_asked_for_the_other(lists: list[list[Fact]]) -> None:
    assert all_the_same(asking(RETURNED_SOON), lists)


def test_of_a_sum_each_is_asked_for_what_they_did_not_state() -> None:
    work, stay = stated("work_experience_years", 1), stated("years_with_employer", 1)
    assert all_the_same(asking(TWO_YEARS_OF_BOTH), [[work], [stay], [work, stay], []])


def test_where_all_that_is_left_open_were_alike_some_would_be_asked_for_the_wrong_fact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for missing, right in ((missing_of, True), (lambda _: frozenset[str](), False)):
        monkeypatch.setattr(conditions, "missing_of", missing)
        assert all_the_same(asking(RETURNED_SOON), [[GRADUATED], [RETURNED]]) is right


def test_a_cap_by_what_one_states_is_not_the_cap_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Published(row_id="policy-XX-ONE@1", policy=policy_of(**CAPPED), recorded_at=NOON)
    born, taxed = stated("birth_date", "1990-01-01"), stated("income_tax_paid", 100_000)
    without, with_sum = [born], [born, taxed]

    def by_no_sum(
        asked: Ready, person: Person, state: State
    ) -> tuple[tuple[Offer, ...], Background]:
        return opened(asked, person, state)[0], person.background

    for opens, right in ((opened, True), (by_no_sum, False)):
        monkeypatch.setattr(alike, "opened", opens)
        assert all_the_same(seen(rows=(row,)), [without, with_sum]) is right
        assert all_the_same(seen(rows=(row,)), [with_sum, without])


def test_a_draft_holds_nothing_of_anybody() -> None:
    remembering, own = Judge(VOCABULARY), "a-paper-of-their-own"
    for one in islice(people(), 5):
        facts = [replace(each, document=own) for each in list_of(one)]
        assert own.encode() in answered(remembering, seen(), facts).receipt()
    drafts = list(remembering._alike._drafts._kept.values())
    assert drafts
    assert not [piece for draft in drafts for piece in draft._pieces if own.encode() in piece]


@pytest.mark.parametrize(
    ("entry", "fact", "days"),
    [
        (HELD_EVER, stated("titles_held", "sh.pujiang"), (date(2030, 1, 1), date(2020, 1, 1))),
        (RICH_BEFORE, stated("annual_income", 40_000_000), (date(2025, 1, 1), date(2020, 1, 1))),
    ],
)
def test_a_condition_that_reads_other_days_is_asked_anew_where_only_those_differ(
    monkeypatch: pytest.MonkeyPatch, entry: str, fact: Fact, days: tuple[date, date]
) -> None:
    def thoughtless(_: Leaf) -> bool:
        return True

    past = date(2021, 1, 1) if fact.name == "titles_held" else None
    later, earlier = days
    lists = [[between(fact, later)], [between(fact, earlier, past)]]
    for reads, right in ((reads_the_day, True), (thoughtless, False)):
        monkeypatch.setattr(conditions, "reads_the_day", reads)
        assert all_the_same(asking(entry), lists) is right


def test_of_several_statements_the_one_that_counts_on_the_day_is_read() -> None:
    poor, rich = stated("annual_income", 1), stated("annual_income", 40_000_000)
    until, since = date(2025, 12, 31), date(2026, 1, 1)
    now = RICH_BEFORE.replace("as_of: 2022-12-31, ", "")
    lists = [
        [between(poor, None, until), between(rich, since)],
        [between(rich, None, until), between(poor, since)],
        [between(rich, None, until)],
        [between(rich, date(2027, 1, 1))],
        [rich],
    ]
    assert all_the_same(asking(now), lists)
    assert all_the_same(asking(now), lists[::-1])


def test_when_a_fact_began_makes_no_difference_to_a_condition_of_the_day() -> None:
    view, remembering = asking(RICH_BEFORE.replace("as_of: 2022-12-31, ", "")), Judge(VOCABULARY)
    rich = stated("annual_income", 40_000_000)
    for first in (date(2020, 1, 1), date(2021, 1, 1)):
        answered(remembering, view, [between(rich, first)])
    assert len(remembering._alike._conditions._proved) == 1


def test_a_draft_is_filled_with_the_words_of_the_things_in_their_order() -> None:
    one, other = object(), object()
    marks = marks_of([one, other])
    text = b"<%b|%b|%b>" % tuple(bytes(marks[id(each)]) for each in (other, one, other))
    draft = Draft(text, Texts(10))

    assert b"".join(draft.filled([b"1", b"2"])) == b"<2|1|2>"
    assert draft.filled([b"1", b"2"])[draft.at(0)] == b"1"
    assert b"".join(Draft(b"nothing", Texts(10)).filled([])) == b"nothing"


@pytest.mark.parametrize(
    ("words", "text"), [([], b"[]"), ([b"1"], b"[1]"), ([b"1", b"2", b"3"], b"[1,2,3]")]
)
def test_words_are_listed_as_canonical_json_lists_them(words: list[bytes], text: bytes) -> None:
    assert b"".join(listed(words)) == text
