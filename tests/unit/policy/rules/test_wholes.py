"""Who names only the whole has not said which part: open in each of the four ways to run a rule."""

from collections.abc import Iterable

import pytest
import z3

from events.sourcing.types import Refused
from services.policy.policies.agreement import must_agree
from services.policy.rules import CERTAIN, POSSIBLE, default_vocabulary, evaluate
from services.policy.rules.analysis.encode import encode, exactly
from services.policy.rules.analysis.person import Person
from services.policy.rules.bulk import leaves as in_bulk
from services.policy.rules.bulk.bits import how_many
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.trees import rules_of, truths
from services.policy.rules.facts import select
from services.policy.rules.kleene import Truth, truth_of
from services.policy.rules.leaves import covers
from services.policy.rules.package import best_package
from services.policy.rules.prove import prove
from services.policy.rules.tree import Member, Tree, Unseen
from tests.unit.policy.rules.package_samples import benefit
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of

WORDS = default_vocabulary()
TOWN = "{fact: work_region, in: [changzheng], cite: a}"
SAID = {"changzheng": Truth.TRUE, "putuo": Truth.UNKNOWN, "minhang": Truth.FALSE}


def tree() -> Tree:
    found = policy_of(TOWN).entry
    assert not isinstance(found, Unseen)
    return found


@pytest.mark.parametrize("region", SAID)
def test_one_case_and_everybody_at_once_leave_it_open(region: str) -> None:
    person = select(facts_of({"work_region": region}), TODAY, NOW)
    rules = rules_of([tree()], TODAY)
    (found,) = truths(rules, people_of([person], rules.needs))
    together = (how_many(found.true), how_many(found.false))
    assert prove(tree(), person).truth is SAID[region]
    assert together == (SAID[region] is Truth.TRUE, SAID[region] is Truth.FALSE)


@pytest.mark.parametrize("region", SAID)
def test_the_solver_says_neither_of_whoever_names_only_the_whole(region: str) -> None:
    person = Person(WORDS, TODAY)
    formulas = encode(tree(), person, exactly)
    place = person.codes("work_region").index(region)
    said = person.facts["work_region", TODAY]
    pinned = [*person.axioms, said.applies, said.value == place]

    def can_be(formula: object) -> bool:
        solver = z3.Solver()
        solver.add(*pinned, formula)
        return bool(solver.check() == z3.sat)

    answers = (can_be(formulas.true), can_be(formulas.false))
    assert answers == (SAID[region] is Truth.TRUE, SAID[region] is Truth.FALSE)


def test_the_answer_asks_for_the_narrower_code_and_only_the_possible_package_counts_on_it() -> None:
    policy = policy_of(TOWN, benefits=f"[{benefit('rent', 1000)}]")
    outcome = evaluate(policy, facts_of({"work_region": "putuo"}), TODAY, NOW)
    assert outcome.missing == ("work_region",)
    sums = [best_package([outcome], [], states).most_fen for states in (CERTAIN, POSSIBLE)]
    assert sums == [0, 100_000]


def test_a_way_to_judge_that_takes_the_whole_for_another_place_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    must_agree(policy_of(TOWN), TODAY, WORDS)

    def closed(leaf: Member, codes: Iterable[str]) -> Truth:
        return truth_of(any(covers(leaf, code) for code in codes))

    monkeypatch.setattr(in_bulk, "membership", closed)
    with pytest.raises(Refused) as refused:
        must_agree(policy_of(TOWN), TODAY, WORDS)
    assert (refused.value.facts["alone"], refused.value.facts["together"]) == ("unknown", "false")


def test_the_sum_of_a_table_is_open_for_whoever_names_only_the_whole() -> None:
    rows = (
        "[{is: world-top-50, amount: 900 元, cite: a}, {is: world-51-100, amount: 500 元, cite: a}]"
    )
    table = f"{{amount: {{table: {{by: school_class, rows: {rows}}}}}, per: once}}"
    policy = policy_of(benefits=f"[{{id: b, kind: money, cost_item: rent, pay: {table}, cite: a}}]")
    said = {"birth_date": "1990-01-01", "school_class": ["world-top-100"]}
    (offer,) = evaluate(policy, facts_of(said), TODAY, NOW).offers
    assert (offer.worth.least_fen, offer.worth.most_fen) == (0, 90_000)
    assert offer.worth.missing == ("school_class",)
