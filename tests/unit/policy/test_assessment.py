"""One answer: the same from the same inputs, and named by what the talent would notice."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from events.catalog.talent import Fact
from services.policy.entitlements.assess import (
    Assessment,
    assess,
    canonical,
    outcome_digest,
    receipt_of,
)
from services.policy.entitlements.fact_list import as_known, digest_of, kept, stated, typed
from services.policy.policies.views import Consolidated
from services.policy.rules import Published, build_view, default_vocabulary, parse_policy
from tests.support.policy import BORN, DOCTOR, MASTER, NOON, document, fact
from tests.unit.policy.rules.rule_samples import ANYONE, policy_of

VOCABULARY = default_vocabulary()
TODAY = date(2026, 3, 2)


def answer(*facts: Fact, day: date = TODAY, known_at: datetime = NOON) -> Assessment:
    policy = parse_policy(document(), vocabulary=VOCABULARY)
    row = Published(row_id="policy-DEMO-SETTLING@1", policy=policy, recorded_at=NOON)
    seen = Consolidated(view=build_view([row], day, known_at), position=1, unreadable=())
    return assess(seen, facts, facts_version=1, vocabulary=VOCABULARY)


def test_the_same_inputs_give_the_same_bytes_in_whatever_order_the_facts_came() -> None:
    one, other = answer(BORN, DOCTOR, MASTER), answer(MASTER, DOCTOR, BORN)

    assert canonical(receipt_of(one)) == canonical(receipt_of(other))


def test_an_answer_names_what_it_rests_on() -> None:
    receipt = receipt_of(answer(BORN, DOCTOR))

    assert receipt["valid_at"] == "2026-03-02"
    assert receipt["known_at"] == NOON.isoformat()
    assert (receipt["facts_version"], receipt["view_position"]) == (1, 1)
    assert receipt["engine_version"].startswith("rules-7+")
    assert len(receipt["view_version"]) == len(receipt["facts_digest"]) == 64


def test_a_day_that_passes_without_consequence_is_the_same_outcome() -> None:
    today = answer(BORN, DOCTOR)
    tomorrow = answer(BORN, DOCTOR, day=date(2026, 5, 18), known_at=NOON + timedelta(days=77))

    assert receipt_of(today)["outcomes"] != receipt_of(tomorrow)["outcomes"]
    assert outcome_digest(today) == outcome_digest(tomorrow)


@pytest.mark.parametrize("facts", [(BORN,), (BORN, MASTER), (DOCTOR,), ()])
def test_another_state_or_another_missing_fact_is_another_outcome(facts: tuple[Fact, ...]) -> None:
    assert outcome_digest(answer(*facts)) != outcome_digest(answer(BORN, DOCTOR))


def test_what_is_asked_of_who_enjoys_a_policy_is_part_of_the_outcome() -> None:
    """Otherwise nobody would be told that what they have may end."""
    stays = "{fact: work_region, in: [putuo], cite: b}"
    policy = policy_of(eligibility=f"{{entry: {ANYONE}, continuing: {stays}}}")
    row = Published(row_id="policy-XX-ONE@1", policy=policy, recorded_at=NOON)
    seen = Consolidated(view=build_view([row], TODAY, NOON), position=1, unreadable=())

    def digest(*facts: Fact) -> str:
        return outcome_digest(assess(seen, facts, facts_version=1, vocabulary=VOCABULARY))

    held = fact("policies_held", "XX-ONE")
    here, away = fact("work_region", "putuo"), fact("work_region", "minhang")
    assert len({digest(held), digest(held, here), digest(held, away)}) == 3
    # The control: of whoever does not enjoy it nothing is asked meanwhile.
    assert digest(BORN, here) == digest(BORN, away)


def test_a_fact_list_is_kept_as_it_was_stated() -> None:
    month = fact("social_insurance", ({"month": "2026-01", "base_percent": 120},))

    assert stated(kept([BORN, DOCTOR, month])) == (BORN, DOCTOR, month)


def test_the_last_day_of_a_statement_is_included() -> None:
    [known] = typed([replace(DOCTOR, valid_to=date(2026, 3, 2))], VOCABULARY)

    assert known.valid_to == date(2026, 3, 3)


def test_a_statement_until_the_last_day_of_the_calendar_has_no_end() -> None:
    [known] = typed([replace(DOCTOR, valid_to=date.max)], VOCABULARY)

    assert known.valid_to is None


def test_no_value_says_that_the_fact_does_not_apply() -> None:
    [outcome] = receipt_of(answer(BORN, fact("highest_degree", None)))["outcomes"]

    assert outcome["state"] == "not_eligible"


def test_the_digest_of_facts_names_what_stood_at_the_moment() -> None:
    retracted = replace(DOCTOR, retracted_at=NOON + timedelta(hours=1))
    later = replace(MASTER, recorded_at=NOON + timedelta(hours=1))

    assert digest_of([BORN, retracted, later], NOON) == digest_of([DOCTOR, BORN], NOON)
    assert digest_of([BORN, retracted], NOON + timedelta(hours=2)) == digest_of([BORN], NOON)


def test_what_came_behind_an_answer_though_it_was_recorded_before_is_left_out_again() -> None:
    hour = timedelta(hours=1)
    late = fact("student", True, recorded_at=NOON + hour)
    retracted = replace(DOCTOR, retracted_at=NOON + hour)
    known_at = NOON + 2 * hour
    rested_on = digest_of([BORN, DOCTOR], known_at)
    assert digest_of([BORN, retracted, late], known_at) != rested_on
    assert as_known([BORN, retracted, late], known_at, rested_on) == (BORN, DOCTOR)


def test_statements_of_another_digest_are_given_as_they_are() -> None:
    assert as_known([BORN, DOCTOR], NOON, digest_of([MASTER], NOON)) == (BORN, DOCTOR)
