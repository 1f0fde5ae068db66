"""Which of several questions is asked: the fewest, facts before checks, in the text's order."""

import pytest

from services.policy.rules import Outcome, evaluate
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, policy_of

DEGREE = '{fact: highest_degree, op: ">=", value: doctor, cite: a}'
ABROAD = '{fact: degree_obtained_abroad, op: "==", value: true, cite: a}'
HOMELESS = '{fact: home_owned_in_shanghai, op: "==", value: false, cite: a}'


def check(name: str) -> str:
    return f"{{manual_check: {{zh: {name}, en: {name}}}, id: {name}, cite: a}}"


def any_of(*conditions: str) -> str:
    return f"{{any: [{', '.join(conditions)}]}}"


def all_of(*conditions: str) -> str:
    return f"{{all: [{', '.join(conditions)}]}}"


def asked(entry: str, **facts: object) -> Outcome:
    return evaluate(policy_of(entry), facts_of(facts), TODAY, NOW)


def test_a_fact_is_asked_for_before_a_person_has_to_find_an_exception() -> None:
    found = asked(all_of(DEGREE, any_of(check("exception"), HOMELESS)))
    assert found.missing == ("highest_degree", "home_owned_in_shanghai")
    assert found.manual_checks == ()


def test_one_check_is_less_to_ask_than_two_facts() -> None:
    found = asked(all_of(DEGREE, any_of(all_of(ABROAD, HOMELESS), check("exception"))))
    assert (found.missing, found.manual_checks) == (("highest_degree",), ("XX-ONE/exception",))


@pytest.mark.parametrize("order", [("zinc", "amber"), ("amber", "zinc")])
def test_of_checks_that_do_as_well_the_first_of_the_text_is_named(order: tuple[str, str]) -> None:
    found = asked(any_of(*(check(name) for name in order)))
    assert found.manual_checks == (f"XX-ONE/{order[0]}",)


def test_nobody_is_asked_where_checks_alone_would_do() -> None:
    entry = any_of(DEGREE, all_of(check("one"), check("two")))
    found = asked(entry)
    assert found.state == "eligible_subject_to_manual_check"
    assert (found.missing, len(found.manual_checks)) == ((), 2)
    assert asked(entry, highest_degree="doctor").state == "eligible"
