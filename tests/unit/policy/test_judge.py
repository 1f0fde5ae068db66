"""What is judged anew after a change comes out as if everything had been judged anew."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from events.catalog.talent import Fact
from infra.world.people import Person, people
from services.policy.entitlements import alike, conditions, judge
from services.policy.entitlements import assess as whole_evaluation
from services.policy.entitlements.answer import Answer
from services.policy.entitlements.assess import assess, canonical, outcome_digest, receipt_of
from services.policy.entitlements.fact_list import kept, typed
from services.policy.entitlements.judge import Judge
from services.policy.policies.views import Consolidated
from services.policy.rules import (
    Outcome,
    Package,
    Published,
    Vocabulary,
    best_package,
    build_view,
    default_vocabulary,
)
from services.policy.rules.apart import best_apart
from services.policy.rules.evaluate import judge as judged_by
from services.policy.rules.evaluate import person_of
from services.policy.rules.facts import FactView, select
from services.policy.rules.reads import OF_EVERYBODY, facts_named, reads_of
from services.policy.rules.view import ViewEntry
from tests.support.encoded import encoded
from tests.support.policy import NOON, fact
from tests.unit.policy.rules.rule_samples import ANYONE, policy_of

VOCABULARY = default_vocabulary()
POLICIES = Path(__file__).parents[3] / "data" / "policies"
TODAY = date(2026, 3, 2)
ONE_MINUTE = timedelta(minutes=1)
CHANGES = 6
"""So many, one after the other, of each of the sampled people."""


@cache
def corpus() -> tuple[Published, ...]:
    return tuple(
        Published(row_id=f"policy-{each.policy_id}@1", policy=each, recorded_at=NOON)
        for each in encoded()
    )


def seen(
    known_at: datetime = NOON, day: date = TODAY, rows: Sequence[Published] | None = None
) -> Consolidated:
    """The view of every encoded policy; one object for all moments of a day, as the service has."""
    built = built_of(day, rows or corpus())
    return replace(built, view=replace(built.view, known_at=known_at))


@cache
def built_of(day: date, rows: tuple[Published, ...]) -> Consolidated:
    view = build_view(rows, day, NOON, superiors=VOCABULARY.superiors())
    return Consolidated(view=view, position=len(rows), unreadable=())


def stated(name: str, value: Any, *, at: datetime = NOON) -> Fact:
    """A value as a file of people has it."""
    return fact(name, tuple(value) if isinstance(value, list) else value, recorded_at=at)


@cache
def sampled() -> tuple[Person, ...]:
    return tuple(islice(people(), 8))


def list_of(person: Person) -> list[Fact]:
    return [stated(each["name"], each["value"]) for each in person.facts["facts"]]


@cache
def values() -> dict[str, list[Any]]:
    """What the sampled people state of each fact."""
    found: dict[str, list[Any]] = {}
    for person in sampled():
        for each in list_of(person):
            found.setdefault(each.name, []).append(each.value)
    return found


def changed_lists() -> Iterator[tuple[datetime, list[Fact]]]:
    """Somebody's list, then with a fact more, another value, or without one; and so on."""
    chance = Random(20)
    for person in sampled():
        known = list_of(person)
        for number in range(CHANGES):
            at = NOON + number * ONE_MINUTE
            yield at, known
            name = chance.choice(sorted(values()))
            new = stated(name, chance.choice(values()[name]), at=at + ONE_MINUTE)
            known = [*(f for f in known if f.name != name or chance.random() < 0.7), new]


def same(found: Answer, view: Consolidated, facts: Sequence[Fact]) -> bool:
    """Whether digest and receipt are those of the whole evaluation, byte by byte."""
    whole = assess(view, facts, facts_version=1, vocabulary=VOCABULARY)
    return found.outcome_digest() == outcome_digest(whole) and found.receipt() == canonical(
        receipt_of(whole)
    )


def anew(found: Answer, *before: Answer) -> set[int]:
    """The numbers of what was judged just now, and not for one of the answers before."""
    known = {each.number for one in before for each in one.judged}
    return {each.number for each in found.judged} - known


def answered(asked: Judge, view: Consolidated, facts: Sequence[Fact]) -> Answer:
    return asked.answer(view, kept(facts), facts_version=1)


def test_after_each_of_many_changes_the_answer_is_that_of_the_whole_evaluation() -> None:
    remembering = Judge(VOCABULARY)
    judged = set[int]()
    for at, facts in changed_lists():
        found = answered(remembering, seen(at), facts)
        assert same(found, seen(at), facts)
        judged |= anew(found)

    assert len(judged) < len(sampled()) * CHANGES * len(corpus()) / 3


@pytest.mark.parametrize(
    ("forgotten", "before", "after"),
    [
        ("work_region", "minhang", "hangzhou"),
        ("highest_degree", "bachelor", "doctor"),
        ("birth_date", "1999-05-17", "1969-05-17"),
        ("employment", "full-time", "none"),
        ("titles_held", ["pearl-leading"], None),
    ],
)
def test_an_index_that_forgets_a_fact_is_found_out(
    forgotten: str, before: object, after: object
) -> None:
    def forgetful(entry: ViewEntry, words: Vocabulary) -> tuple[str, ...]:
        return tuple(name for name in reads_of(entry, words) if name != forgotten)

    known = [each for each in list_of(sampled()[0]) if each.name != forgotten]
    changed = [*known, stated(forgotten, after)]
    for reads, right in ((reads_of, True), (forgetful, False)):
        remembering = Judge(VOCABULARY, reads)
        answered(remembering, seen(), [*known, stated(forgotten, before)]).receipt()
        assert same(answered(remembering, seen(), changed), seen(), changed) is right


def test_a_condition_that_is_remembered_without_a_fact_it_reads_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forgetful(said: object, words: Vocabulary) -> frozenset[str]:
        return facts_named(said, words) - {"highest_degree"}

    known = [each for each in list_of(sampled()[0]) if each.name != "highest_degree"]
    lists = [[*known, stated("highest_degree", each)] for each in ("bachelor", "doctor")]
    for named, right in ((facts_named, True), (forgetful, False)):
        monkeypatch.setattr(conditions, "facts_named", named)
        remembering = Judge(VOCABULARY)
        found = [same(answered(remembering, seen(), each), seen(), each) for each in lists]
        assert found == [True, right]


class Noting(dict[str, Any]):
    """Facts by their names, which notes who is asked for."""

    def __init__(self, known: FactView) -> None:
        super().__init__(known.by_name)
        self.asked: set[str] = set()

    def get(self, name: str, otherwise: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, otherwise)

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)


def test_no_policy_reads_a_fact_that_its_index_does_not_name() -> None:
    stand = Judge(VOCABULARY)._standing(seen().view)
    asked_for = 0
    for one in sampled():
        known = select(typed(list_of(one), VOCABULARY), TODAY, NOON)
        for each in stand.asked:
            noting = Noting(known)
            judged_by(each.ready, person_of(FactView(TODAY, NOON, noting)))
            assert noting.asked <= {*each.reads}, each.ready.policy.policy_id
            asked_for += len(noting.asked - OF_EVERYBODY)

    assert asked_for > len(corpus())


def test_of_a_policy_that_nobody_has_any_more_only_who_enjoys_it_is_asked_more() -> None:
    stays = "{fact: work_region, in: [putuo], cite: b}"
    policy = policy_of(
        in_force="{from: 2025-01-01, to: 2026-01-01}",
        eligibility=f"{{entry: {ANYONE}, continuing: {stays}}}",
    )
    view = seen(rows=(Published(row_id="policy-XX-ONE@1", policy=policy, recorded_at=NOON),))
    remembering = Judge(VOCABULARY)
    for held in ("XX-OTHER", "XX-ONE"):
        for region in ("putuo", "minhang"):
            facts = [stated("policies_held", held), stated("work_region", region)]
            found = answered(remembering, view, facts)
            assert same(found, view, facts)
            older = [*facts, stated("birth_date", "1990-05-17")]
            assert not anew(answered(remembering, view, older), found)


def test_only_policies_that_read_the_changed_fact_are_judged_anew() -> None:
    remembering, facts = Judge(VOCABULARY), list_of(sampled()[0])
    first = answered(remembering, seen(), facts)
    again = answered(remembering, seen(), [*facts, stated("monthly_rent", 1)])

    reading = [each for each in again.asked if "monthly_rent" in each.reads]
    assert len(anew(first)) == len(corpus())
    assert 0 < len(anew(again, first)) == len(reading) < len(corpus()) / 10


def test_a_package_is_chosen_anew_only_where_what_it_is_chosen_from_has_changed() -> None:
    remembering, facts = Judge(VOCABULARY), list_of(sampled()[0])
    first = answered(remembering, seen(), facts)
    again = answered(
        remembering, seen(NOON + ONE_MINUTE), [*facts, stated("hukou_region", "gansu")]
    )
    other = answered(remembering, seen(), [stated("highest_degree", "doctor")])

    assert again.package is first.package
    assert other.package is not first.package


def test_a_package_is_chosen_by_all_that_the_whole_evaluation_chooses_it_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever a package comes to depend on is handed over; how it is solved changes nothing."""
    asked: dict[str, list[tuple[object, ...]]] = {"whole": [], "again": []}

    def noting(who: str, best: Callable[..., Package]) -> Callable[..., Package]:
        def choose(outcomes: Iterable[Outcome], *more: Any, **how: Any) -> Package:
            asked[who].append(more)
            return best(outcomes, *more, **how)

        return choose

    monkeypatch.setattr(whole_evaluation, "best_package", noting("whole", best_package))
    monkeypatch.setattr(judge, "best_apart", noting("again", best_apart))
    facts = list_of(sampled()[5])
    assert same(answered(Judge(VOCABULARY), seen(), facts), seen(), facts)
    assert asked["whole"] == asked["again"]
    assert len(asked["again"]) == 2


def test_nothing_is_judged_again_because_time_passed_within_a_day() -> None:
    remembering, facts = Judge(VOCABULARY), list_of(sampled()[1])
    first = answered(remembering, seen(), facts)
    first.receipt()
    later = seen(NOON + 60 * ONE_MINUTE)
    found = answered(remembering, later, facts)

    assert not anew(found, first)
    assert same(found, later, facts)


def test_on_another_day_everything_is_judged_by_that_day() -> None:
    remembering, facts = Judge(VOCABULARY), list_of(sampled()[2])
    first = answered(remembering, seen(), facts)
    first.receipt()
    tomorrow = seen(NOON + timedelta(days=400), TODAY + timedelta(days=400))
    found = answered(remembering, tomorrow, facts)

    assert len(anew(found, first)) == len(corpus())
    assert same(found, tomorrow, facts)


def test_a_policy_more_is_judged_alone_and_counts_in_the_package() -> None:
    remembering, facts = Judge(VOCABULARY), list_of(sampled()[3])
    fewer = seen(rows=corpus()[:-1])
    first = answered(remembering, fewer, facts)
    first.receipt()
    found = answered(remembering, seen(), facts)

    assert len(anew(found, first)) <= 1 + len(corpus()[-1].policy.amends) + 1
    assert same(found, seen(), facts)


def test_what_was_let_go_of_is_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "MOST_BEFORE", 0)
    monkeypatch.setattr(judge, "MOST_OUTCOMES", 40)
    monkeypatch.setattr(judge, "MOST_SAID", 4)
    monkeypatch.setattr(judge, "MOST_STATEMENTS", 5)
    monkeypatch.setattr(judge, "MOST_PACKAGES", 1)
    monkeypatch.setattr(judge, "MOST_GROUPS", 2)
    monkeypatch.setattr(alike, "MOST_CONDITIONS", 3)
    monkeypatch.setattr(judge, "MOST_ENTRIES", 3)
    monkeypatch.setattr(alike, "MOST_BEARINGS", 2)
    monkeypatch.setattr(alike, "MOST_ALIKE", 2)
    monkeypatch.setattr(alike, "MOST_SAID", 2)
    monkeypatch.setattr(alike, "MOST_PIECES", 7)
    remembering = Judge(VOCABULARY)
    for at, facts in islice(changed_lists(), 6):
        assert same(answered(remembering, seen(at), facts), seen(at), facts)


def test_what_was_found_for_somebody_last_is_at_hand_until_they_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judge, "MOST_OUTCOMES", 0)
    remembering, facts = Judge(VOCABULARY), list_of(sampled()[0])
    first = answered(remembering, seen(), facts)
    changed = [*facts, stated("monthly_rent", 1)]
    again = answered(remembering, seen(NOON + ONE_MINUTE), changed)
    assert 0 < len(anew(again, first)) < len(corpus()) / 10
    assert same(again, seen(NOON + ONE_MINUTE), changed)

    remembering.forget("")
    forgotten = answered(remembering, seen(), changed)
    assert len(anew(forgotten, first, again)) == len(corpus())


def test_what_was_found_last_stays_where_another_policy_is_published(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judge, "MOST_OUTCOMES", 0)
    remembering, facts = Judge(VOCABULARY), list_of(sampled()[0])
    first = answered(remembering, seen(rows=corpus()[:-1]), facts)
    first.receipt()
    changed = [*facts, stated("monthly_rent", 1)]
    again = answered(remembering, seen(), changed)
    assert 0 < len(anew(again, first)) < len(corpus()) / 10
    assert same(again, seen(), changed)


def test_a_receipt_that_was_not_needed_at_once_is_written_later() -> None:
    remembering, facts = Judge(VOCABULARY), list_of(sampled()[4])
    answered(remembering, seen(), facts)
    assert same(answered(remembering, seen(), facts), seen(), facts)


def kept_words(remembering: Judge) -> int:
    """The bytes of words that are kept for everybody, each once however many refer to it."""
    for person in sampled():
        answered(remembering, seen(), list_of(person)).receipt()
    kept = {id(piece): piece for one in remembering._outcomes._kept.values() for piece in one._said}
    return sum(map(len, kept.values()))


def test_words_that_many_people_have_in_common_are_kept_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = kept_words(Judge(VOCABULARY))
    monkeypatch.setattr(alike, "MOST_PIECES", 1)
    monkeypatch.setattr(alike, "MOST_CONDITIONS", 1)
    alone = kept_words(Judge(VOCABULARY))
    assert alone > 2 * shared


def test_what_many_people_notice_alike_is_kept_once() -> None:
    remembering = Judge(VOCABULARY)
    for person in sampled():
        answered(remembering, seen(), list_of(person))
    judged = list(remembering._outcomes._kept.values())
    assert len({id(each.bearing) for each in judged}) < len(judged) / 2
    assert len({each.number for each in judged}) == len(judged)


def test_what_is_asked_of_who_enjoys_a_policy_is_judged_anew_when_it_changes() -> None:
    stays = "{fact: work_region, in: [putuo], cite: b}"
    policy = policy_of(eligibility=f"{{entry: {ANYONE}, continuing: {stays}}}")
    view = seen(rows=(Published(row_id="policy-XX-ONE@1", policy=policy, recorded_at=NOON),))
    remembering, digests = Judge(VOCABULARY, reads_of), set[str]()
    for region in ("putuo", "minhang", "putuo"):
        facts = [stated("policies_held", "XX-ONE"), stated("work_region", region)]
        answer = answered(remembering, view, facts)
        assert same(answer, view, facts)
        digests.add(outcome_digest(assess(view, facts, facts_version=1, vocabulary=VOCABULARY)))
    assert len(digests) == 2
