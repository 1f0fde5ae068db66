"""What follows from an answer and is found again when it is asked for, and how long that takes."""

import time
from collections.abc import Callable
from typing import Any

from events.catalog.talent import Fact
from services.policy.entitlements.assess import assess
from services.policy.entitlements.outlook import outlook_of, what_if
from services.policy.policies.views import Consolidated
from services.policy.rules import (
    Published,
    build_view,
    default_vocabulary,
    parse_policy,
)
from tests.support.encoded import encoded
from tests.support.policy import BORN, DOCTOR, MASTER, NOON, document
from tests.unit.policy.test_assessment import TODAY

VOCABULARY = default_vocabulary()
CHECK = "      - {manual_check: {zh: 业绩突出, en: outstanding}, id: results, cite: Article 1}\n"
ONE_OF_TWO = """\
interactions:
  - {id: one, choose_one: {members: [DEMO-SURE, DEMO-CHECKED]}, cite: a}
"""
SURE = document("DEMO-SURE", amount=30_000)
CHECKED = document("DEMO-CHECKED", amount=70_000).replace("    all:\n", "    all:\n" + CHECK)


def seen(*documents: str) -> Consolidated:
    parsed = [parse_policy(text, vocabulary=VOCABULARY) for text in documents]
    rows = [Published(row_id=each.policy_id, policy=each, recorded_at=NOON) for each in parsed]
    return Consolidated(view=build_view(rows, TODAY, NOON), position=1, unreadable=())


def follows(view: Consolidated, *facts: Fact) -> dict[str, Any]:
    return what_if(view, facts, VOCABULARY)


def states(answer: dict[str, Any]) -> dict[str, str]:
    return {each["policy_id"]: each["state"] for each in answer["results"]}


def test_the_certain_package_is_the_best_of_what_nobody_must_confirm() -> None:
    answer = follows(seen(SURE, CHECKED + ONE_OF_TWO), BORN, DOCTOR)
    assert answer["package"]["applications"] == ["DEMO-CHECKED"]
    assert (answer["package"]["least_fen"], answer["package"]["most_fen"]) == (0, 7_000_000)
    certain = answer["certain_package"]
    assert certain["applications"] == ["DEMO-SURE"]
    assert (certain["least_fen"], certain["most_fen"]) == (3_000_000, 3_000_000)
    assert states(answer) == {
        "DEMO-CHECKED": "eligible_subject_to_manual_check",
        "DEMO-SURE": "eligible_not_chosen",
    }
    (sure,) = [each for each in answer["results"] if each["policy_id"] == "DEMO-SURE"]
    assert sure["costs_fen"] == 4_000_000
    assert [each["by"] for each in sure["blocked_by"]] == ["DEMO-CHECKED#grant"]


def test_where_no_check_is_open_the_package_itself_is_the_certain_one() -> None:
    answer = follows(seen(SURE, CHECKED), BORN, MASTER)
    assert answer["certain_package"] is None
    assert states(answer) == {"DEMO-CHECKED": "not_eligible", "DEMO-SURE": "not_eligible"}
    assert [
        [(need["fact"], need["value"]) for need in each["changes"]]
        for each in answer["near_misses"]
    ] == [[("highest_degree", "doctor")], [("highest_degree", "doctor")]]


def test_a_missing_fact_is_worth_what_the_possible_package_would_gain() -> None:
    answer = follows(seen(SURE, CHECKED + ONE_OF_TWO), BORN)
    assert answer["possible_package"]["most_fen"] == 7_000_000
    assert answer["fact_worths"] == [
        {"fact": "highest_degree", "alone_fen": 7_000_000, "with_others_fen": 7_000_000}
    ]
    # The control: once it is known it is not missing, and adds nothing.
    assert follows(seen(SURE, CHECKED + ONE_OF_TWO), BORN, DOCTOR)["fact_worths"] == []


def test_what_follows_takes_a_few_times_as_long_as_the_answer_even_of_somebody_unknown() -> None:
    rows = [Published(row_id=each.policy_id, policy=each, recorded_at=NOON) for each in encoded()]
    view = Consolidated(view=build_view(rows, TODAY, NOON), position=1, unreadable=())
    found = assess(view, (), facts_version=None, vocabulary=VOCABULARY)
    answered = _seconds(lambda: assess(view, (), facts_version=None, vocabulary=VOCABULARY))
    followed = _seconds(lambda: outlook_of(view, found, VOCABULARY))
    assert followed < 15 * answered


def _seconds(work: Callable[[], object]) -> float:
    """Of the processor, the shortest of three."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)
