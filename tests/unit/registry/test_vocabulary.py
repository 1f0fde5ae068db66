"""Which statements can stand in a file."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from events.catalog.talent import FactEntry, FactValue
from events.sourcing.types import Refused
from services.registry.talent.completeness import CORE
from services.registry.talent.titles import code_of, title_held
from services.registry.vocabulary.check import FITS, MOST_ENTRIES, check_fact
from services.registry.vocabulary.load import the_vocabulary
from services.registry.vocabulary.words import FactType, Wording
from tests.support.registry import NOON, fact

VOCABULARY = the_vocabulary()


def refusal(name: str, value: FactValue) -> str:
    with pytest.raises(Refused) as refused:
        check_fact(fact(name, value), VOCABULARY)
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("birth_date", "2000-02-29"),
        ("highest_degree", "doctor"),
        ("field", ("engineering", "health")),
        ("disciplines", ("520", "52020", "5202010")),
        ("industries", ("I", "I65", "I6512")),
        ("degree_verified", True),
        ("years_with_employer", 0),
        ("annual_income", 30_000_000),
        ("titles_held", "mh.chunshen.B1"),
        ("titles_held", None),
        ("policies_held", "SH-PUJIANG"),
        ("social_insurance", ({"month": "2025-12", "base_percent": 120}, {"month": "2026-01"})),
        ("receipts", ({"policy_id": "SH-PUJIANG", "cost_item": "research", "fen": 1},)),
        ("homes_owned", ({"region": "putuo", "bought_on": "2020-02-29"}, {"price": 1})),
        ("check:SH-PUJIANG/recommended-by-host", True),
    ],
)
def test_a_value_of_its_type_can_stand(name: str, value: FactValue) -> None:
    check_fact(fact(name, value), VOCABULARY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("birth_date", "2001-02-29"),
        ("birth_date", "20000229"),
        ("birth_date", 20000229),
        ("highest_degree", "Doctor"),
        ("highest_degree", ("doctor",)),
        ("field", "engineering"),
        ("field", ()),
        ("field", ("engineering", "engineering")),
        ("field", ({"code": "engineering"},)),
        ("disciplines", ("5202",)),
        ("industries", ("U01",)),
        ("degree_verified", "yes"),
        ("years_with_employer", -1),
        ("years_with_employer", True),
        ("firm_shareholding_percent", 101),
        ("months_in_china_per_year", 13),
        ("annual_income", "300000"),
        ("titles_held", "B1"),
        ("titles_held", ("sh.pujiang",)),
        ("policies_held", "pujiang!"),
        ("social_insurance", ({"month": "2025-13"},)),
        ("social_insurance", ({"month": "2025-12"}, {"month": "2025-12"})),
        ("social_insurance", ({"month": "2025-12", "note": "x"},)),
        ("social_insurance", ("2025-12",)),
        ("receipts", ({"policy_id": "SH-PUJIANG", "cost_item": "sweets", "fen": 1},)),
        ("receipts", ({"policy_id": "SH-PUJIANG", "fen": 1},)),
        ("homes_owned", ({"region": "atlantis"},)),
        ("homes_owned", ({"bought_on": "2021-02-29"},)),
        ("homes_owned", ({"colour": "red"},)),
        ("homes_owned", ({"price": None},)),
        ("homes_owned", ("putuo",)),
        ("homes_owned", ()),
        ("check:SH-PUJIANG/recommended-by-host", "yes"),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, value: FactValue) -> None:
    assert refusal(name, value) == "fact-value-unfit"


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(Refused) as refused:
        check_fact(fact("birth_date", "a secret day"), VOCABULARY)
    assert "secret" not in str(refused.value.facts)


def test_a_fact_nobody_knows_is_refused() -> None:
    assert refusal("shoe_size", 42) == "fact-unknown"


def test_a_term_that_ends_before_it_begins_is_refused() -> None:
    backwards = fact("sex", "male", term=(date(2026, 3, 2), date(2026, 3, 1)))
    with pytest.raises(Refused, match="fact-ends-before-it-begins"):
        check_fact(backwards, VOCABULARY)


@pytest.mark.parametrize("day", [date.min, date(1899, 12, 31), date(2201, 1, 1), date.max])
def test_a_day_at_the_end_of_the_calendar_is_refused(day: date) -> None:
    for term in ((day, None), (None, day)):
        with pytest.raises(Refused, match="fact-day-out-of-range"):
            check_fact(fact("sex", "male", term=term), VOCABULARY)
    assert refusal("birth_date", day.isoformat()) == "fact-value-unfit"


def test_a_month_at_the_end_of_the_calendar_is_refused() -> None:
    for month in ("0000-01", "9999-12"):
        assert refusal("social_insurance", ({"month": month},)) == "fact-value-unfit"


def test_a_fact_holds_so_many_entries_and_no_more() -> None:
    months: list[FactEntry] = [
        {"month": f"{year}-{month:02}"} for year in range(1950, 2001) for month in range(1, 13)
    ]
    check_fact(fact("social_insurance", tuple(months[:MOST_ENTRIES])), VOCABULARY)
    assert refusal("social_insurance", tuple(months)) == "fact-too-long"


def test_a_term_of_one_day_can_stand() -> None:
    day = date(2026, 3, 1)
    check_fact(fact("sex", "male", term=(day, day)), VOCABULARY)


@pytest.mark.parametrize("document", ["a b", "x" * 121, "card 110105", "id-110105194912310", ""])
def test_a_reference_cannot_carry_a_sentence_or_an_identity_number(document: str) -> None:
    with pytest.raises(Refused, match="fact-document-malformed"):
        check_fact(replace(fact("sex", "male"), document=document), VOCABULARY)


def test_every_type_of_the_vocabulary_has_its_check() -> None:
    assert FITS.keys() == set(FactType)


def test_every_coded_fact_takes_its_codes_from_a_list_or_a_form() -> None:
    coded = {FactType.CODE, FactType.CODES}
    for word in VOCABULARY.facts.values():
        assert word.type not in coded or word.pattern or word.codes in VOCABULARY.codes, word.name


def test_everything_a_complete_file_needs_is_in_the_vocabulary() -> None:
    assert set(CORE) <= VOCABULARY.facts.keys()


def test_a_name_without_wording_stands_for_itself() -> None:
    assert VOCABULARY.label("check:x/y") == Wording("check:x/y", "check:x/y")
    assert VOCABULARY.wording("birth_date", "1990-05-17") is None


def titled(code: str, *, at: datetime = NOON) -> FactValue:
    held = title_held(VOCABULARY, code=code, term=(date(2025, 1, 1), None), document=None, at=at)
    return held.value


def test_a_tier_is_known_only_behind_its_programme() -> None:
    assert titled(code_of("mh.chunshen", "B1")) == "mh.chunshen.B1"
    assert titled(code_of("sh.pujiang", None)) == "sh.pujiang"
    with pytest.raises(Refused, match="title-unknown"):
        titled(code_of("mh.chunshen", "Z9"))
