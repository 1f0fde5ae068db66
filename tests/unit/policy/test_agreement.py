"""A policy that its readers would judge in two ways is refused before it is published."""

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest

from events.sourcing.types import Refused
from services.policy.policies import agreement
from services.policy.policies.agreement import PATIENCE, must_agree, must_agree_beside
from services.policy.rules import (
    Outcome,
    Package,
    Policy,
    best_package,
    certified,
    certified_beside,
    choice,
    default_vocabulary,
    evaluate,
    solver,
)
from services.policy.rules.analysis import encode
from services.policy.rules.analysis.calendar import units
from services.policy.rules.analysis.possible import (
    Nobody,
    Possible,
    Somebody,
    Undecided,
    can_anybody,
)
from services.policy.rules.budget import registry
from services.policy.rules.bulk import agreement as judging
from services.policy.rules.bulk import comparing
from services.policy.rules.bulk.agreement import disagreements, trees_of
from services.policy.rules.certificate import Confirmation, confirm
from services.policy.rules.certified_beside import bearing_on
from services.policy.rules.choice import laid_out, parts_of
from services.policy.rules.doubts import grounded
from services.policy.rules.facts import Fact, FactView, select
from services.policy.rules.leaves import prove_leaf
from services.policy.rules.package import POSSIBLE
from services.policy.rules.puzzle import Found, Puzzle
from services.policy.rules.rulings import NO_RULINGS
from services.policy.rules.scene import ALONE, scene_of
from services.policy.rules.search import solve as search
from services.policy.rules.solver import solve
from services.policy.rules.tree import Op, Tree
from tests.support.encoded import encoded
from tests.unit.policy.rules.rule_samples import NOW, policy_of

TODAY = date(2026, 4, 1)
WORDS = default_vocabulary()
THREE_YEARS = '{since: return_date, op: "==", years: 3, at: {fact: firm_founded}, cite: a}'
CORPUS = encoded()
ENOUGH = '{fact: study_days_abroad, op: ">=", value: 360, cite: "Article 2"}'
MANY, FEW, DAYS = 60, 2_000, 2
AT_MOST = DAYS * (FEW + MANY) + MANY
"""On its first day and on this one; the last of each day, and whoever the solver names, are held
against all conditions."""
ONE_OF_TWO = policy_of(
    benefits="""
  - {id: a, kind: money, cost_item: rent, pay: {amount: 3000 元, per: once}, cite: a}
  - {id: b, kind: money, cost_item: living, pay: {amount: 5000 元, per: once}, cite: a}""",
    more='interactions: [{id: one, choose_one: {members: ["#a", "#b"]}, cite: a}]',
)
ENTRY = '{fact: labour_contract, op: "==", value: true, cite: "Article 1"}'
NOT_ENOUGH = ENOUGH.replace(">=", "<")
NARROWED = f"[{{id: b, kind: case_by_case, cost_item: rent, when: {ENOUGH}, cite: a}}]"


@pytest.mark.parametrize(
    "policy", [policy_of(ENOUGH), policy_of(benefits=NARROWED)], ids=["criteria", "benefit"]
)
def test_a_policy_whose_ways_to_judge_differ_is_refused(
    monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    must_agree(policy, TODAY, WORDS)
    monkeypatch.setitem(comparing.COMPARE, Op.AT_LEAST, operator.gt)
    with pytest.raises(Refused) as refused:
        must_agree(policy, TODAY, WORDS)
    assert refused.value.code == "policy-judged-two-ways"
    assert (refused.value.facts["alone"], refused.value.facts["together"]) == ("true", "false")


def staged(stage: str, asked: str) -> Policy:
    """What is asked of whoever enjoys it is no part of its entry."""
    return policy_of(eligibility=f"{{entry: {ENTRY}, {stage}: {asked}}}")


@pytest.mark.parametrize("stage", ["continuing", "review"])
def test_a_policy_whose_later_stage_is_judged_in_two_ways_is_refused(
    monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    policy = staged(stage, ENOUGH)
    must_agree(policy, TODAY, WORDS)
    monkeypatch.setitem(comparing.COMPARE, Op.AT_LEAST, operator.gt)
    must_agree(policy_of(ENTRY), TODAY, WORDS)
    with pytest.raises(Refused) as refused:
        must_agree(policy, TODAY, WORDS)
    assert refused.value.code == "policy-judged-two-ways"
    found = {each.about for each in disagreements(trees_of(policy), TODAY, sampled=50)}
    assert f"XX-ONE:{stage}" in found
    assert "XX-ONE" not in found


@pytest.mark.parametrize("stage", ["continuing", "review"])
def test_a_policy_whose_later_stage_the_solver_reads_otherwise_is_refused(
    monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    must_agree(staged(stage, THREE_YEARS), TODAY, WORDS)
    monkeypatch.setattr(encode, "units", lambda *asked: units(*asked) + 1)
    must_agree(policy_of(ENTRY), TODAY, WORDS)
    with pytest.raises(Refused) as refused:
        must_agree(staged(stage, THREE_YEARS), TODAY, WORDS)
    facts = refused.value.facts
    assert (facts["about"], facts["together"]) == (f"XX-ONE:{stage}", "satisfied by a witness")


def test_what_nobody_can_go_on_meeting_stands_as_it_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    must_agree(staged("continuing", f"{{all: [{ENOUGH}, {NOT_ENOUGH}]}}"), TODAY, WORDS)
    # The control: of what somebody can go on meeting the solver may not say so.
    meant = staged("continuing", ENOUGH).continuing

    def gloomy(tree: Tree, *asked: Any) -> Possible:
        return Nobody() if tree == meant else can_anybody(tree, *asked)

    monkeypatch.setattr(agreement, "can_anybody", gloomy)
    with pytest.raises(Refused) as refused:
        must_agree(staged("continuing", ENOUGH), TODAY, WORDS)
    facts = refused.value.facts
    assert (facts["about"], facts["together"]) == ("XX-ONE:continuing", "satisfied by nobody")


def test_the_later_stages_of_the_corpus_are_judged_alike() -> None:
    staying = [each for each in CORPUS if each.continuing or each.review]
    assert [each.policy_id for each in staying] == ["HZ-HOMEBUY", "SH-LG-48-2019"]
    for policy in staying:
        assert f"{policy.policy_id}:continuing" in trees_of(policy)
        must_agree(policy, TODAY, WORDS)


def test_a_policy_whose_package_is_not_what_trying_every_set_finds_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    must_agree(ONE_OF_TWO, TODAY, WORDS)

    def forgetful(outcomes: Iterable[Outcome], _: object, *others: Any) -> Package:
        return best_package(outcomes, [], *others)

    monkeypatch.setattr(certified, "best_package", forgetful)
    with pytest.raises(Refused) as refused:
        must_agree(ONE_OF_TWO, TODAY, WORDS)
    assert refused.value.facts["together"] == "better-one: XX-ONE#b"


def one_of_many(count: int) -> Policy:
    """So many benefits of which one may be had."""
    benefits = ", ".join(
        f"{{id: b{number}, kind: money, cost_item: award,"
        f" pay: {{amount: {100 + number} 元, per: once}}, cite: a}}"
        for number in range(count)
    )
    members = ", ".join(f"'#b{number}'" for number in range(count))
    more = f"interactions: [{{id: one, choose_one: {{members: [{members}]}}, cite: a}}]"
    return policy_of(benefits=f"[{benefits}]", more=more)


@pytest.mark.parametrize(("count", "asked"), [(4, 0), (14, 1)])
def test_where_too_many_sets_would_have_to_be_tried_the_solver_chooses_as_well(
    monkeypatch: pytest.MonkeyPatch, count: int, asked: int
) -> None:
    puzzles: list[Puzzle] = []

    def told(puzzle: Puzzle, **more: Any) -> Found | None:
        puzzles.append(puzzle)
        return solve(puzzle, **more)

    monkeypatch.setattr(solver, "solve", told)
    must_agree(one_of_many(count), TODAY, WORDS)
    assert len(puzzles) == asked

    def modest(puzzle: Puzzle, wanted: int, *others: Any, **more: Any) -> Found | None:
        return search(puzzle, wanted or 1 << len(puzzle.keys) - 1, *others, **more)

    # The control: a search that is content with what pays the least.
    monkeypatch.setattr(choice, "search", modest)
    with pytest.raises(Refused) as refused:
        must_agree(one_of_many(count), TODAY, WORDS)
    assert "better-one" in str(refused.value.facts["together"])


def test_the_solver_is_not_asked_for_longer_than_its_patience() -> None:
    puzzle = next(iter(puzzles_of(one_of_many(14))))
    assert solve(puzzle, patience=0.0) is None
    assert solve(puzzle) is not None


def puzzles_of(policy: Policy) -> Iterator[Puzzle]:
    outcome = evaluate(policy, (), TODAY, NOW)
    scene, _ = scene_of({ALONE: [outcome]}, policy.interactions, POSSIBLE)
    on, _ = grounded(scene, NO_RULINGS)
    for offers in parts_of(on):
        yield laid_out(offers, on).puzzle


def test_the_packages_of_the_corpus_are_what_trying_every_set_finds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[int] = []

    def counted(*asked: Any, **more: Any) -> Confirmation:
        found = confirm(*asked, **more)
        tried.append(found.sets_tried)
        return found

    monkeypatch.setattr(certified, "confirm", counted)
    for policy in CORPUS:
        possible = agreement._possible(trees_of(policy), TODAY, WORDS)
        assert list(agreement._packages(policy, TODAY, possible)) == []
    assert len(tried) > len(CORPUS)
    assert max(tried) >= 64


def test_a_policy_whose_criteria_were_not_seen_has_nothing_to_differ_about() -> None:
    must_agree(policy_of(eligibility="not_seen"), TODAY, WORDS)


def test_a_file_of_very_many_conditions_is_tried_on_fewer_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = Counter[str]()
    monkeypatch.setattr(judging, "prove_leaf", _counting(prove_leaf, tried))
    many = [ENOUGH.replace("360", str(1000 + number)) for number in range(MANY)]
    policy = policy_of(f"{{all: [{', '.join(many)}]}}")
    monkeypatch.setattr(agreement, "MOST_JUDGEMENTS", FEW)
    must_agree(policy, TODAY, WORDS)
    assert len(tried) == MANY, "none of them is left out"
    assert tried.total() <= AT_MOST
    monkeypatch.setattr(agreement, "MOST_JUDGEMENTS", FEW * 1000)
    must_agree(policy, TODAY, WORDS)
    assert tried.total() > 2 * AT_MOST, "without the bound there is more to try"


def _counting(judge: Callable[..., Any], tried: Counter[str]) -> Callable[..., Any]:
    def counted(leaf: object, *others: Any) -> Any:
        tried[str(leaf)] += 1
        return judge(leaf, *others)

    return counted


def test_a_policy_that_the_solver_reads_otherwise_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    must_agree(policy_of(THREE_YEARS), TODAY, WORDS)
    monkeypatch.setattr(encode, "units", lambda *asked: units(*asked) + 1)
    with pytest.raises(Refused) as refused:
        must_agree(policy_of(THREE_YEARS), TODAY, WORDS)
    assert refused.value.facts["together"] == "satisfied by a witness"


def test_a_policy_that_the_solver_rules_out_while_somebody_meets_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(agreement, "can_anybody", lambda *_: Nobody())
    with pytest.raises(Refused) as refused:
        must_agree(policy_of(ENOUGH), TODAY, WORDS)
    assert refused.value.facts["together"] == "satisfied by nobody"


def test_whom_the_solver_names_is_judged_in_both_ways_too(monkeypatch: pytest.MonkeyPatch) -> None:
    meets = policy_of(f"{{all: [{ENOUGH}, {ENOUGH.replace('>=', '<=').replace('360', '777')}]}}")
    (tree,) = trees_of(meets).values()
    found = can_anybody(tree, TODAY, WORDS, PATIENCE)
    assert isinstance(found, Somebody)
    judged: list[Sequence[Fact]] = []

    def selected(facts: Sequence[Fact], day: date, known_at: datetime) -> FactView:
        judged.append(facts)
        return select(facts, day, known_at)

    monkeypatch.setattr(agreement, "select", selected)
    must_agree(meets, TODAY, WORDS)
    assert judged == [found.facts]


def test_what_the_solver_does_not_find_in_time_is_undecided_and_hinders_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = next(each for each in CORPUS if each.policy_id == "SH-HUKOU-RETURNEE-2020")
    (tree, *_) = trees_of(slow).values()
    assert can_anybody(tree, TODAY, WORDS, 1_000) == Undecided()
    monkeypatch.setattr(agreement, "PATIENCE", 1_000)
    must_agree(slow, TODAY, WORDS)


def test_the_solver_answers_for_the_corpus() -> None:
    """The steps hang on the question alone, so what is answered once is answered always."""
    assert not_answered(PATIENCE) == []


def test_a_solver_that_gives_up_on_the_corpus_would_be_found_out() -> None:
    assert not_answered(1_000)


def not_answered(patience: int) -> list[tuple[str, Possible]]:
    """The trees of which the solver names neither somebody nor nobody."""
    found = [
        (about, can_anybody(tree, TODAY, WORDS, patience))
        for policy in CORPUS
        for about, tree in trees_of(policy).items()
    ]
    return [each for each in found if not isinstance(each[1], Somebody | Nobody)]


def test_threads_take_turns_at_the_solver() -> None:
    trees = [tree for policy in CORPUS[::3] for tree in trees_of(policy).values()]

    def asked(tree: Tree) -> Possible:
        return can_anybody(tree, TODAY, WORDS, PATIENCE)

    with ThreadPoolExecutor(4) as pool:
        pairs = zip(pool.map(asked, trees), map(asked, trees), strict=True)
        assert not [each for each in pairs if {*map(type, each)} == {Somebody, Nobody}]


BESIDE = policy_of(
    policy_id="XX-TWO",
    benefits="[{id: c, kind: money, cost_item: award, pay: {amount: 9 元, per: once}, cite: a}]",
    more="interactions: [{id: one, exclusive: {target: '#c', excludes: [XX-ONE]}, cite: a}]",
)
APART = policy_of(
    policy_id="XX-THREE",
    title="{zh: 另一, en: Another}",
    benefits="[{id: d, kind: money, cost_item: award, pay: {amount: 9 元, per: once}, cite: a}]",
)


def test_only_policies_that_some_text_ties_to_it_are_looked_at_beside_it() -> None:
    assert [each.policy_id for each in bearing_on(ONE_OF_TWO, [APART, BESIDE])] == ["XX-TWO"]
    third = policy_of(
        policy_id="XX-FOUR",
        title="{zh: 第四, en: Fourth}",
        more="interactions: [{id: x, exclusive: {target: XX-ONE, excludes: [XX-THREE]}, cite: a}]",
    )
    found = bearing_on(ONE_OF_TWO, [APART, BESIDE, third])
    assert [each.policy_id for each in found] == ["XX-THREE", "XX-TWO"]


def test_a_policy_whose_package_beside_others_is_not_the_best_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    must_agree_beside(ONE_OF_TWO, [BESIDE], TODAY)

    def forgetful(outcomes: Iterable[Outcome], _: object, *others: Any) -> Package:
        return best_package(outcomes, [], *others)

    monkeypatch.setattr(certified_beside, "best_package", forgetful)
    with pytest.raises(Refused) as refused:
        must_agree_beside(ONE_OF_TWO, [BESIDE], TODAY)
    assert refused.value.code == "policy-judged-two-ways"


def test_a_policy_whose_budget_is_not_what_its_package_pays_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "ties_between", lambda *_: [])
    with pytest.raises(Refused) as refused:
        must_agree_beside(ONE_OF_TWO, [BESIDE], TODAY)
    assert "not-on-offer" in str(refused.value.facts["together"])


def test_the_corpus_agrees_beside_all_of_it() -> None:
    for policy in CORPUS:
        must_agree_beside(policy, CORPUS, TODAY)
