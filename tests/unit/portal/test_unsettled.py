"""Why a package is provisional, and which rulings it follows, in the words of the page."""

from typing import Any

from services.portal.outcomes import cards_of, package_of
from services.portal.outlook import Outlook
from tests.unit.portal.portal_samples import WORDS, answer, offer, outcome

GRANT = offer("A", "grant", least_fen=50_000_00, most_fen=50_000_00)
OTHER = offer("B", "grant", least_fen=30_000_00, most_fen=30_000_00)
INCLUDED = [{"offer": GRANT, "least_fen": 50_000_00, "most_fen": 50_000_00}]
DOUBT = {
    "kind": "contradiction",
    "interactions": ["B/both", "A/not-both"],
    "offers": ["A#grant", "B#grant"],
    "gain_fen": 30_000_00,
}
RULING = {
    "forbids": "A/not-both",
    "allows": "B/both",
    "prevails": "allows",
    "by": "shanghai",
    "clause": "Ruling 7, point 2",
    "effective_on": "2026-03-02",
    "row": "policy-A@2",
}


def package(**more: Any) -> dict[str, Any]:
    given = answer(
        outcome("A", "eligible", offers=[GRANT]),
        outcome("B", "eligible", offers=[OTHER]),
        included=INCLUDED,
        **more,
    )
    cards = cards_of(given, [], WORDS, recorded_at={}, outlook=Outlook())
    return package_of(given, cards, WORDS)


def test_a_package_is_provisional_while_two_texts_contradict_each_other() -> None:
    found = package(doubts=[DOUBT])
    assert found["provisional"]
    [said] = found["doubts"]
    assert (said["allows"]["en"], said["forbids"]["en"]) == ("Policy B", "Policy A")
    assert said["gain_fen"] == 30_000_00


def test_a_package_that_nothing_bears_on_is_not_provisional() -> None:
    assert not package()["provisional"]
    assert not package(doubts=[], rulings=[RULING])["provisional"]


def test_a_ruling_is_shown_with_its_body_its_clause_and_its_first_day() -> None:
    [ruled] = package(rulings=[RULING])["rulings"]
    assert ruled["by"] == WORDS.body("shanghai")
    assert (ruled["prevails"], ruled["clause"]) == ("allows", "Ruling 7, point 2")
    assert ruled["effective_on"] == "2026-03-02"
    assert ruled["forbids"]["en"] == "Policy A"


def test_one_question_about_several_benefits_is_asked_once_with_the_most_it_may_add() -> None:
    lesser = DOUBT | {"offers": ["A#rent", "B#grant"], "gain_fen": 10_000_00}
    assert [each["gain_fen"] for each in package(doubts=[lesser, DOUBT])["doubts"]] == [30_000_00]


def test_what_is_no_contradiction_names_its_text_and_never_a_statement_that_no_text_makes() -> None:
    reach = {"kind": "reach", "interactions": ["A/any"], "offers": ["A#x", "B#y"], "gain_fen": 5}
    order = {"kind": "order", "interactions": [], "offers": ["B#grant"], "gain_fen": -7}
    circle = {"kind": "circle", "interactions": ["net-of-circle"], "offers": ["A#x", "B#y"]}
    found = package(doubts=[reach, order, circle | {"gain_fen": None}])["doubts"]
    assert {each["kind"]: [text["en"] for text in each["texts"]] for each in found} == {
        "reach": ["Policy A"],
        "order": ["Policy B"],
        "circle": ["Policy A", "Policy B"],
    }


def test_an_answer_of_the_first_engine_knows_neither_doubts_nor_rulings() -> None:
    found = package()
    assert (found["doubts"], found["rulings"]) == ([], [])
