"""The page says of each policy what the recorded answer says, and adds nothing."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from services.portal.outcomes import Cards, cards_of, package_of, waiting_for
from services.portal.outlook import Outlook
from tests.unit.portal.portal_samples import WORDS, answer, offer, outcome

Json: TypeAlias = dict[str, Any]

GRANT = offer("A", "grant", least_fen=1_000_00, most_fen=2_000_00)
RENT = offer("A", "rent", least_fen=500_00, most_fen=500_00)
OTHER = offer("B", "grant", least_fen=900_00, most_fen=900_00)


def included(*offers: Json) -> list[Json]:
    return [
        {"offer": o, "least_fen": o["worth"]["least_fen"], "most_fen": o["worth"]["most_fen"]}
        for o in offers
    ]


def all_cards(given: Json, policies: list[Json] | None = None) -> Cards:
    """While nothing follows from the answer yet."""
    return cards_of(given, policies or [], WORDS, recorded_at={}, outlook=Outlook())


def cards(given: Json, policies: list[Json] | None = None) -> Mapping[str, Json]:
    return all_cards(given, policies).by_id


def package(given: Json) -> Json:
    return package_of(given, all_cards(given), WORDS)


def test_a_chosen_policy_is_worth_what_it_pays_in_the_package() -> None:
    given = answer(outcome("A", "eligible", offers=[GRANT, RENT]), included=included(GRANT, RENT))
    card = cards(given)["A"]
    assert card["chosen"]
    assert (card["value"]["fen"], card["value"]["most_fen"]) == (1_500_00, 2_500_00)


def test_what_a_person_must_confirm_is_worth_what_it_pays_once_it_is_confirmed() -> None:
    checked = offer("A", "grant", least_fen=900_00, most_fen=900_00, certain=False)
    paid = {"offer": checked, "least_fen": 0, "most_fen": 900_00}
    given = answer(
        outcome("A", "eligible_subject_to_manual_check", offers=[checked]), included=[paid]
    )
    assert cards(given)["A"]["value"]["fen"] == 900_00
    # The control: what a missing fact decides may still be nothing.
    checked["worth"]["missing"] = ["monthly_rent"]
    assert cards(given)["A"]["value"]["fen"] == 0


def test_a_policy_outside_the_package_is_worth_its_best_benefit_and_never_their_sum() -> None:
    card = cards(answer(outcome("A", "undetermined", offers=[GRANT, RENT])))["A"]
    assert not card["chosen"]
    assert card["value"]["most_fen"] == 2_000_00


SOME_TIMES = offer("A", "grant", least_fen=5, most_fen=7, per="not_seen", term="not_seen")
COUNTED_ONCE = {
    "zh": "给付频次未见,按一次计",
    "en": "how often it is paid was not seen, counted once",
}


def test_a_sum_of_which_nobody_showed_how_often_it_is_paid_says_so() -> None:
    alone = cards(answer(outcome("A", "eligible", offers=[SOME_TIMES])))["A"]
    assert alone["value"]["over"] == COUNTED_ONCE
    given = answer(
        outcome("A", "eligible", offers=[SOME_TIMES, RENT]),
        included=included(SOME_TIMES, RENT),
        counted_once=["A#grant"],
    )
    assert cards(given)["A"]["value"]["over"] == {
        "zh": "其中部分给付频次未见,按一次计",
        "en": "for a part of it, how often it is paid was not seen, counted once",
    }
    assert package(given)["counted_once"] == 1
    employer = {**SOME_TIMES, "payee": "employer"}
    beside = cards(answer(outcome("A", "eligible", offers=[employer])))["A"]["rights"]
    assert beside[0]["en"].endswith("(how often it is paid was not seen, counted once)")


def test_an_answer_recorded_before_rhythms_were_told_apart_counts_nothing_once() -> None:
    given = answer(outcome("A", "eligible", offers=[GRANT]), included=included(GRANT))
    del given["package"]["counted_once"]
    assert package(given)["counted_once"] == 0


def test_money_for_somebody_else_stands_beside_the_sum() -> None:
    employer = offer("A", "award", payee="employer", most_fen=10_000_00, cost_item="award")
    card = cards(answer(outcome("A", "eligible", offers=[employer])))["A"]
    assert card["value"] is None
    assert card["rights"] == [
        {"zh": "奖励（付给用人单位）¥10,000", "en": "award, paid to the employer: ¥10,000"}
    ]


def test_missing_facts_are_named_as_the_answer_names_them() -> None:
    card = cards(answer(outcome("A", "undetermined", missing=["birth_date"])))["A"]
    assert card["missing"] == [{"zh": "出生日期", "en": "Date of birth"}]


def test_a_document_number_that_was_not_seen_is_not_shown() -> None:
    given = answer(outcome("A", "eligible"), outcome("B", "eligible"))
    known = [
        {"policy_id": "A", "doc_no": "not_seen", "sources": []},
        {"policy_id": "B", "doc_no": "沪府规〔2020〕25号", "sources": []},
    ]
    assert cards(given, known)["A"]["document"] is None
    assert cards(given, known)["B"]["document"] == "沪府规〔2020〕25号"


def test_a_source_of_which_only_the_beginning_was_read_says_so() -> None:
    card = cards(answer(outcome("A", "eligible", scope="opening")))["A"]
    assert card["source_note"]["en"] == "Only the opening part of the source was read"


def test_every_policy_stands_under_its_state_and_is_counted_once() -> None:
    given = answer(outcome("A", "not_eligible"), outcome("B", "eligible"), outcome("C", "eligible"))
    found = all_cards(given)
    assert [(g["state"], len(g["outcomes"])) for g in found.groups()] == [
        ("eligible", 2),
        ("not_eligible", 1),
    ]
    assert sum(found.counts().values()) == 3


def test_the_package_is_provisional_while_a_period_is_not_confirmed() -> None:
    given = answer(
        outcome("A", "eligible", confirmed=False, offers=[GRANT]), included=included(GRANT)
    )
    assert package(given)["provisional"]


def test_what_is_left_out_names_what_stands_against_it_and_what_it_would_cost() -> None:
    left = {
        "offer": OTHER,
        "blocked_by": [{"interaction_id": "B/x", "by": "A#grant"}],
        "costs_fen": 1_100_00,
    }
    given = answer(
        outcome("A", "eligible", offers=[GRANT]),
        outcome("B", "eligible", offers=[OTHER]),
        included=included(GRANT),
        left_out=[left],
    )
    (shown,) = package(given)["left_out"]
    assert (shown["reason"], shown["cost_fen"]) == ("exclusive", 1_100_00)
    assert shown["blocked_by"] == {"zh": "政策A", "en": "Policy A"}
    assert shown["title"]["en"] == "Policy B: living"


def test_what_is_left_out_says_whether_it_is_confirmed_and_whether_it_is_invented() -> None:
    left: Json = {"offer": OTHER, "blocked_by": [], "costs_fen": None}
    invented = outcome("B", "eligible", offers=[OTHER], confirmed=False, demo=True)
    given = answer(invented, left_out=[left])
    (shown,) = package(given)["left_out"]
    assert (shown["confirmed"], shown["demo"]) == (False, True)


def test_what_is_barred_by_what_was_had_before_names_that_and_no_missing_base() -> None:
    left = {
        "offer": OTHER,
        "blocked_by": [{"interaction_id": "B/once", "by": None, "had": "A"}],
        "costs_fen": None,
    }
    given = answer(
        outcome("A", "already_enjoyed"),
        outcome("B", "eligible", offers=[OTHER]),
        left_out=[left],
    )
    (shown,) = package(given)["left_out"]
    assert (shown["reason"], shown["blocked_by"]["en"]) == ("had_before", "Policy A")


def test_the_package_is_provisional_while_two_texts_disagree() -> None:
    sure = answer(outcome("A", "eligible", offers=[GRANT]), included=included(GRANT))
    assert not package(sure)["provisional"]
    sure["package"]["provisional"] = True
    assert package(sure)["provisional"]


def test_what_the_talent_has_and_would_lose_is_named_with_what_ends_it() -> None:
    given = answer(
        outcome("A", "eligible", offers=[GRANT]),
        outcome("B", "already_enjoyed"),
        included=included(GRANT),
        ends=[{"policy_id": "B", "interaction_id": "A/ends", "by": "A#grant"}],
    )
    (ended,) = package(given)["ends"]
    assert (ended["title"]["en"], ended["by"]["en"]) == ("Policy B", "Policy A")
    assert package(answer(outcome("A", "eligible")))["ends"] == []


def test_a_top_up_without_its_base_says_that() -> None:
    left = {
        "offer": OTHER,
        "blocked_by": [{"interaction_id": "B/x", "by": None}],
        "costs_fen": None,
    }
    given = answer(outcome("B", "eligible", offers=[OTHER]), left_out=[left])
    (shown,) = package(given)["left_out"]
    assert (shown["reason"], shown["blocked_by"]) == ("needs_base", None)


def test_a_fact_counts_once_for_each_open_policy_that_waits_for_it() -> None:
    given = answer(
        outcome("A", "undetermined", missing=["sex"], could_matter=["sex", "birth_date"]),
        outcome("B", "undetermined", missing=["sex"]),
        outcome("C", "not_eligible", missing=["sex"]),
    )
    assert waiting_for(given) == {"sex": 2, "birth_date": 1}


def test_a_text_whose_body_has_no_say_is_named_beside_the_one_it_says_it_replaces() -> None:
    given = answer(outcome("A", "eligible"), outcome("B", "eligible"))
    known = [
        {"policy_id": "A", "doc_no": "not_seen", "sources": [], "contested_by": ["B", "C"]},
    ]
    said = cards(given, known)["A"]["contested"]
    assert [each["en"] for each in said] == ["Policy B", "C"]
    assert cards(given, known)["B"]["contested"] == []
