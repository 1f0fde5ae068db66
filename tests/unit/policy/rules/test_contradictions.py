"""Which texts in force contradict each other, whom it costs what, and who may rule on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from events.catalog.policy import PolicyEvent
from services.policy.rules import SourceRow, View, build_view, evaluate_all, interactions_of
from services.policy.rules.contradictions import Contradiction, contradictions_in
from services.policy.rules.package import best_package
from tests.unit.policy.rules.rule_samples import NOW, facts_of
from tests.unit.policy.ruling_samples import (
    ALLOWS,
    CITY,
    CITY_TEXT,
    DISTRICT,
    DISTRICT_TEXT,
    FORBIDS,
    GIVEN,
    WITHDRAWN,
    WORDS,
    published,
    row_of,
)
from tests.unit.policy.test_arrival import recorded
from tests.unit.policy.test_policy_rules import JUNE

SUPERIORS = WORDS.superiors()
MASTER = facts_of({"birth_date": "1990-01-01", "highest_degree": "master"})


def rows(*events: PolicyEvent) -> list[SourceRow]:
    return [
        row_of(recorded(f"policy-{event.policy_id}", number, event))
        for number, event in enumerate(events, 1)
    ]


def seen(said: Sequence[SourceRow], day: date = JUNE) -> View:
    return build_view(said, day, NOW, superiors=SUPERIORS)


def found(*events: PolicyEvent, day: date = JUNE) -> tuple[Contradiction, ...]:
    return contradictions_in(seen(rows(*events), day), SUPERIORS)


def test_a_text_that_allows_what_another_forbids_is_named_with_its_benefits_and_clause() -> None:
    [one] = found(CITY, DISTRICT)
    assert one.forbids.statement.stated.interaction_id == "DEMO-CITY/not-both"
    assert one.allows.statement.stated.interaction_id == "DEMO-DISTRICT/both"
    assert one.benefits == (("DEMO-CITY#grant", "DEMO-DISTRICT#grant"),)
    assert one.forbids.statement.stated.cite.where == "Article 9"
    assert (one.forbids.policy.issuer, one.allows.policy.issuer) == ("demo-city", "demo-district")
    assert one.ruling is None


EXCLUSIVE = 'exclusive: {target: "#grant", excludes: [DEMO-DISTRICT]}'
OTHERWISE = [
    'slots: {members: ["#grant", DEMO-DISTRICT], most: 1, per: all}',
    'prefer: {members: ["#grant", DEMO-DISTRICT], by: [newest]}',
    'once: {members: ["#grant", DEMO-DISTRICT], per: lifetime}',
    'first_money_only: {target: "#grant", earlier: [DEMO-DISTRICT]}',
    "excluded_if_held: {policies: [DEMO-DISTRICT], tenure: ever}",
]
"""Other ways to forbid what is had together, or one after the other."""


@pytest.mark.parametrize("forbids", OTHERWISE)
def test_in_whatever_way_a_text_forbids_it_is_named(forbids: str) -> None:
    [one] = found(
        published("DEMO-CITY", "demo-city", CITY_TEXT.replace(EXCLUSIVE, forbids)), DISTRICT
    )
    assert one.forbids.statement.stated.interaction_id == "DEMO-CITY/not-both"
    assert one.allows.statement.stated.interaction_id == "DEMO-DISTRICT/both"
    assert one.benefits == (("DEMO-CITY#grant", "DEMO-DISTRICT#grant"),)
    assert one.at_stake_fen == 3_000_000


def test_two_places_for_two_forbid_nothing() -> None:
    text = CITY_TEXT.replace(EXCLUSIVE, OTHERWISE[0].replace("most: 1", "most: 2"))
    assert found(published("DEMO-CITY", "demo-city", text), DISTRICT) == ()


def test_what_is_at_stake_is_the_lesser_of_the_two_and_as_much_as_a_package_says() -> None:
    [one] = found(CITY, DISTRICT)
    view = seen(rows(CITY, DISTRICT))
    package = best_package(evaluate_all(view, MASTER), interactions_of(view))
    assert one.at_stake_fen == 3_000_000
    assert [doubt.gain_fen for doubt in package.doubts] == [one.at_stake_fen]


def test_only_bodies_with_a_say_over_both_texts_may_rule_the_lowest_first() -> None:
    [one] = found(CITY, DISTRICT)
    assert one.may_rule[0] == "demo-city"
    assert "demo-district" not in one.may_rule
    assert {*one.may_rule} == {"demo-city", *SUPERIORS["demo-city"]}


def test_a_body_that_issued_a_text_with_others_must_have_a_say_over_these_too() -> None:
    joint = CITY_TEXT.replace("issuer: demo-city\n", "issuer: demo-city\nwith: [putuo]\n")
    [one] = found(published("DEMO-CITY", "demo-city", joint), DISTRICT)
    assert one.may_rule == ()


def test_a_ruling_of_the_day_stands_beside_its_contradiction_and_a_withdrawn_one_does_not() -> None:
    [ruled] = found(CITY, DISTRICT, GIVEN)
    assert ruled.ruling is not None
    assert (ruled.ruling.by, ruled.ruling.clause) == ("demo-city", "Ruling 7, point 2")
    [again] = found(CITY, DISTRICT, GIVEN, WITHDRAWN)
    assert again.ruling is None


def test_what_waits_for_a_ruling_stands_before_what_was_ruled() -> None:
    others = (
        published("DEMO-ZITY", "demo-city", CITY_TEXT.replace("DEMO-CITY", "DEMO-ZITY")),
        published(
            "DEMO-ZISTRICT",
            "demo-district",
            DISTRICT_TEXT.replace("DEMO-CITY", "DEMO-ZITY").replace(
                "DEMO-DISTRICT", "DEMO-ZISTRICT"
            ),
        ),
    )
    other = others[0].document.replace("excludes: [DEMO-DISTRICT]", "excludes: [DEMO-ZISTRICT]")
    told = found(CITY, DISTRICT, GIVEN, replace(others[0], document=other), others[1])
    assert [each.forbids.policy.policy_id for each in told] == ["DEMO-ZITY", "DEMO-CITY"]


def test_texts_that_agree_or_are_not_in_force_contradict_nobody() -> None:
    silent = published("DEMO-DISTRICT", "demo-district", DISTRICT_TEXT.replace(ALLOWS, ""))
    mild = published("DEMO-CITY", "demo-city", CITY_TEXT.replace(FORBIDS, ""))
    assert found(CITY, silent) == ()
    assert found(mild, DISTRICT) == ()
    assert found(CITY, DISTRICT, day=date(2026, 1, 10)) == ()


def test_a_text_that_excepts_from_its_own_rule_contradicts_nobody() -> None:
    own = CITY_TEXT + (
        '  - {id: but, together: {target: "#grant", with: [DEMO-DISTRICT]}, cite: "Article 10"}\n'
    )
    silent = published("DEMO-DISTRICT", "demo-district", DISTRICT_TEXT.replace(ALLOWS, ""))
    assert found(published("DEMO-CITY", "demo-city", own), silent) == ()


def test_what_is_forbidden_only_between_husband_and_wife_is_found_too() -> None:
    couple = CITY_TEXT.replace(
        'exclusive: {target: "#grant", excludes: [DEMO-DISTRICT]}',
        'couple: {members: ["#grant", DEMO-DISTRICT], rule: one_only}',
    ).replace("cost_item: settling", "cost_item: settling\n    subject: household")
    shared = DISTRICT_TEXT.replace(
        "cost_item: settling", "cost_item: settling\n    subject: household"
    )
    [one] = found(
        published("DEMO-CITY", "demo-city", couple),
        published("DEMO-DISTRICT", "demo-district", shared),
    )
    assert one.benefits == (("DEMO-CITY#grant", "DEMO-DISTRICT#grant"),)
