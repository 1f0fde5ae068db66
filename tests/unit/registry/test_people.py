"""The thousand invented talents: repeatable, plausible, and nobody."""

from collections import defaultdict
from datetime import date
from itertools import islice
from statistics import median

import pytest

from infra.world.people import TODAY, Person, people, the_thousand
from services.registry.bodies import FactsIn, TalentIn, TierIn, stated
from services.registry.identity.numbers import is_invented, read_document
from services.registry.talent.facts import news
from services.registry.talent.titles import code_of, title_held
from services.registry.vocabulary.check import check_fact
from services.registry.vocabulary.load import the_vocabulary
from tests.support.registry import NOON

DEGREES = ("college", "bachelor", "master", "doctor")


@pytest.fixture(scope="module")
def everyone() -> list[Person]:
    return list(the_thousand())


def facts_of(person: Person) -> dict[str, object]:
    return {fact["name"]: fact["value"] for fact in person.facts["facts"]}


def test_there_are_a_thousand_and_no_two_share_a_number(everyone: list[Person]) -> None:
    assert len({person.registration["identity_number"] for person in everyone}) == 1000
    assert len({person.key for person in everyone}) == 1000


def test_the_same_seed_gives_the_same_people(everyone: list[Person]) -> None:
    assert list(islice(people(), 20)) == everyone[:20]
    assert next(people(seed=7)) != everyone[0]


def test_every_number_passes_and_can_belong_to_nobody(everyone: list[Person]) -> None:
    for person in everyone:
        asked = TalentIn(**person.registration)
        document = read_document(asked.identity_kind, asked.identity_number, on=TODAY)
        assert is_invented(document.number)


def test_every_name_says_that_it_is_invented(everyone: list[Person]) -> None:
    assert all(
        "虚构" in person.registration["full_name"] or "invented" in person.registration["full_name"]
        for person in everyone
    )


def test_every_fact_and_tier_is_one_the_registry_takes(everyone: list[Person]) -> None:
    vocabulary = the_vocabulary()
    for person in everyone:
        facts = [stated(each, at=NOON) for each in FactsIn(**person.facts).facts]
        for fact in facts:
            check_fact(fact, vocabulary)
        assert news((), facts) == tuple(facts)
        for body in person.tiers:
            tier = TierIn(**body)
            code = code_of(tier.programme, tier.tier)
            term = (tier.valid_from, tier.valid_to)
            check_fact(
                title_held(vocabulary, code=code, term=term, document=tier.document, at=NOON),
                vocabulary,
            )
            assert tier.conferred_by in vocabulary.bodies


def test_who_learned_more_earns_more_in_the_middle(everyone: list[Person]) -> None:
    incomes: dict[object, list[int]] = defaultdict(list)
    for person in everyone:
        facts = facts_of(person)
        income = facts.get("annual_income")
        if isinstance(income, int):
            incomes[facts.get("highest_degree")].append(income)
    middles = [median(incomes[degree]) for degree in DEGREES]
    assert middles == sorted(middles)


def test_nobody_graduates_as_a_child_or_after_today(everyone: list[Person]) -> None:
    for person in everyone:
        graduated = facts_of(person).get("graduation_date")
        number = person.registration["identity_number"]
        if isinstance(graduated, str):
            day = date.fromisoformat(graduated)
            assert day <= TODAY
            assert number.startswith("UTO") or day.year - int(number[6:10]) >= 19


def test_files_are_often_incomplete_but_never_empty(everyone: list[Person]) -> None:
    sizes = [len(person.facts["facts"]) for person in everyone]
    assert min(sizes) >= 15
    assert len(set(sizes)) > 5
