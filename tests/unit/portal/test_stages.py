"""Whoever enjoys a policy reads how it goes on: what is asked meanwhile, and at the review."""

from typing import Any

from services.portal.outcomes import Cards, cards_of
from services.portal.outlook import Outlook
from tests.unit.portal.portal_samples import WORDS, answer, outcome

CITE = {"where": "Article 11", "source": None, "clause": "seen"}
MOVED_AWAY = {
    "leaf": "member",
    "truth": "false",
    "asks": {"fact": "work_region", "op": None, "codes": ["putuo"], "as_of": None},
    "cite": CITE,
    "read": [
        {
            "fact": "work_region",
            "value": "minhang",
            "state": "value",
            "source": "verified",
            "document": None,
        }
    ],
    "counted": None,
}


def stage(name: str, state: str, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "stage": name,
        "state": state,
        "proof": None,
        "failed": [],
        "missing": [],
    }
    return plain | {"manual_checks": []} | more


def cards(*stages: dict[str, Any]) -> Cards:
    given = answer(
        outcome("A", "already_enjoyed", stages=list(stages)), outcome("B", "already_enjoyed")
    )
    return cards_of(given, [], WORDS, recorded_at={}, outlook=Outlook())


LOST = stage("continuing", "not_eligible", proof=MOVED_AWAY, failed=[MOVED_AWAY])


def test_what_is_asked_meanwhile_stands_there_with_its_clause_and_what_was_read() -> None:
    (found,) = cards(LOST).by_id["A"]["stages"]
    (leaf,) = found["leaves"]
    assert (found["stage"], found["state"]) == ("continuing", "not_eligible")
    assert leaf["text"]["en"] == "Works in: Putuo District"
    assert leaf["clause"]["en"] == "Article 11"
    assert leaf["values"][0]["value"]["en"] == "Minhang District"


def test_what_is_missing_at_the_review_is_named() -> None:
    (found,) = cards(stage("review", "undetermined", missing=["birth_date"])).by_id["A"]["stages"]
    assert found["missing"] == [{"zh": "出生日期", "en": "Date of birth"}]


def test_only_what_may_end_is_among_what_the_talent_may_lose() -> None:
    assert [card["policy_id"] for card in cards(LOST).ending()] == ["A"]
    for state in ("eligible", "undetermined", "criteria_not_seen"):
        assert cards(stage("continuing", state)).ending() == []


def test_an_answer_of_an_earlier_engine_says_nothing_of_stages() -> None:
    assert cards().by_id["B"]["stages"] == []
