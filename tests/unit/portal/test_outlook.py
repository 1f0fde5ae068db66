"""What follows from an answer is said in both languages, and only beside the answer it is about."""

from typing import Any

from services.portal.outcomes import Cards, cards_of, package_of
from services.portal.outlook import Outlook, outlook_of
from services.portal.profile import completeness_of
from tests.unit.portal.portal_samples import WORDS, answer, offer, outcome

GRANT = offer("A", "grant", least_fen=1_000_00, most_fen=1_000_00)
OTHER = offer("B", "grant", least_fen=900_00, most_fen=900_00)
DOCTOR = {
    "leaf": "compare",
    "asks": {"fact": "highest_degree", "op": ">=", "value": "doctor", "as_of": None},
    "cite": {"where": "Article 2", "source": None, "clause": "seen"},
}
MONTHS = {
    "leaf": "insured",
    "asks": {
        "fact": "social_insurance",
        "months": 12,
        "window_months": None,
        "in_a_row": True,
        "base_percent": None,
    },
    "cite": {"where": "Article 3", "source": None, "clause": "seen"},
}


def follows(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "outcome_digest": "d1",
        "results": [],
        "near_misses": [],
        "fact_worths": [],
        "certain_package": None,
    }
    return plain | changes


def result(policy_id: str, state: str, **changes: Any) -> dict[str, Any]:
    return {"policy_id": policy_id, "state": state, "blocked_by": [], "costs_fen": None} | changes


def missed(policy_id: str, from_day: str | None, *changes: dict[str, Any]) -> dict[str, Any]:
    return {"policy_id": policy_id, "from_day": from_day, "changes": list(changes)}


def needed(fact: str, value: Any, *conditions: dict[str, Any]) -> dict[str, Any]:
    return {"fact": fact, "value": value, "state": "value", "conditions": list(conditions)}


def worth(fact: str, alone: int, together: int) -> dict[str, Any]:
    return {"fact": fact, "alone_fen": alone, "with_others_fen": together}


def cards(given: dict[str, Any], found: dict[str, Any] | None) -> Cards:
    outlook = outlook_of(given, found)
    return cards_of(given, [], WORDS, recorded_at={}, outlook=outlook)


CHOSEN = follows(
    results=[
        result("A", "eligible_and_chosen"),
        result(
            "B",
            "eligible_not_chosen",
            blocked_by=[{"interaction_id": "B/x", "by": "A#grant", "had": None}],
            costs_fen=100_00,
        ),
    ]
)
BOTH = answer(
    outcome("A", "eligible", offers=[GRANT]),
    outcome("B", "eligible", offers=[OTHER]),
    included=[{"offer": GRANT, "least_fen": 1_000_00, "most_fen": 1_000_00}],
)


def test_a_policy_stands_under_what_became_of_it() -> None:
    found = cards(BOTH, CHOSEN)
    assert [(each["state"], len(each["outcomes"])) for each in found.groups()] == [
        ("eligible_and_chosen", 1),
        ("eligible_not_chosen", 1),
    ]
    assert found.by_id["B"]["blocked"] == {
        "by": [{"zh": "政策A", "en": "Policy A"}],
        "cost_fen": 100_00,
    }
    assert found.by_id["A"]["blocked"] is None


def test_what_is_not_chosen_still_says_that_a_person_must_confirm_it() -> None:
    given = answer(outcome("B", "eligible_subject_to_manual_check"))
    found = follows(results=[result("B", "eligible_not_chosen")])
    assert cards(given, found).by_id["B"]["checked"]
    # The control: where the state says so itself it is not said twice.
    assert not cards(given, None).by_id["B"]["checked"]


def test_what_follows_from_another_answer_is_not_shown() -> None:
    for other in (None, CHOSEN | {"outcome_digest": "d2"}):
        assert {card["state"] for card in cards(BOTH, other).by_id.values()} == {"eligible"}


def test_a_day_and_the_changes_that_would_do_are_said_with_their_clauses() -> None:
    near = missed("A", "2027-03-01", needed("highest_degree", "doctor", DOCTOR, DOCTOR))
    card = cards(answer(outcome("A", "not_eligible")), follows(near_misses=[near])).by_id["A"]
    assert card["near"] == {
        "from_day": "2027-03-01",
        "changes": [
            {
                "said": {"zh": "最高学位：博士", "en": "Highest degree: doctor"},
                "clauses": [{"zh": "Article 2", "en": "Article 2"}],
            }
        ],
    }


def test_of_a_whole_list_the_condition_is_said_and_not_how_many_entries_would_do() -> None:
    paid = [{"month": number, "base_percent": None} for number in range(12)]
    near = missed("A", None, needed("social_insurance", paid, MONTHS))
    card = cards(answer(outcome("A", "not_eligible")), follows(near_misses=[near])).by_id["A"]
    (change,) = card["near"]["changes"]
    assert change["said"]["zh"].endswith("连续缴纳不少于12个月")
    assert change["said"]["en"].endswith("at least 12 months in a row paid")


def test_what_time_alone_opens_comes_first_and_then_what_the_fewest_changes_do() -> None:
    one, two = needed("highest_degree", "doctor", DOCTOR), needed("student", True, DOCTOR)
    near = [missed("A", None, one, two), missed("B", None, one), missed("C", "2027-01-01")]
    given = answer(*(outcome(name, "not_eligible") for name in "ABC"))
    assert [each["policy_id"] for each in cards(given, follows(near_misses=near)).near()] == [
        "C",
        "B",
        "A",
    ]


def test_a_missing_fact_says_what_it_may_add_unless_that_is_nothing() -> None:
    given = answer(outcome("A", "undetermined", missing=["highest_degree", "student"]))
    found = follows(fact_worths=[worth("highest_degree", 5, 9), worth("student", 0, 0)])
    (said,) = cards(given, found).by_id["A"]["worths"]
    assert (said["label"]["en"], said["alone_fen"], said["with_others_fen"]) == (
        "Highest degree",
        5,
        9,
    )


def test_the_fact_that_may_add_most_is_asked_for_first() -> None:
    file = {"completeness": {"known": 1, "wanted": 3, "missing": []}}
    waiting = {"student": 7, "highest_degree": 1}
    outlook = outlook_of(answer(), follows(fact_worths=[worth("highest_degree", 0, 9)]))
    first, second = completeness_of(file, waiting, WORDS, outlook)["missing"]
    assert (first["label"]["en"], first["with_others_fen"]) == ("Highest degree", 9)
    assert second["unlocks"] == 7
    # The control: where nothing follows yet, the one that most policies wait for comes first.
    first, _ = completeness_of(file, waiting, WORDS, Outlook())["missing"]
    assert first["unlocks"] == 7


def test_the_certain_and_the_possible_package_stand_beside_it_only_where_they_are_others() -> None:
    more = {"offer": OTHER, "least_fen": 0, "most_fen": 900_00}
    possible = BOTH["package"] | {
        "most_fen": 1_900_00,
        "included": [*BOTH["package"]["included"], more],
    }
    given = BOTH | {"possible_package": possible}
    found = cards(given, CHOSEN)
    package = package_of(given, found, WORDS, BOTH["package"])
    assert package["certain"] is None
    assert package["possible"]["most_fen"] == 1_900_00
    # What is not in the package comes first.
    assert [card["policy_id"] for card in package["possible"]["chosen"]] == ["B", "A"]
    nothing = {"least_fen": 0, "most_fen": 0, "included": []}
    assert package_of(given, found, WORDS, nothing)["certain"] == {
        "least_fen": 0,
        "most_fen": 0,
        "chosen": [],
    }
