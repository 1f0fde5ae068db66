"""A condition of a policy is said in words, with its clause and the values that were read."""

from typing import Any

import pytest

from services.portal.conditions import leaves_of, sentence
from services.portal.words import read_words

WORDS = read_words()
DOCTOR = {
    "leaf": "member",
    "truth": "true",
    "asks": {"fact": "highest_degree", "op": ">=", "codes": ["doctor"], "as_of": None},
    "cite": {"where": "Article 3", "source": 2, "clause": "seen"},
    "read": [
        {
            "fact": "highest_degree",
            "value": "doctor",
            "state": "value",
            "source": "verified",
            "document": None,
        }
    ],
    "counted": None,
}
UNASKED = {"fact": "birth_date", "value": None, "state": "unknown", "source": None}
YOUNG = {
    "leaf": "elapsed",
    "truth": "unknown",
    "asks": {"since": "birth_date", "op": "<", "value": 35, "unit": "years", "at": "valid_at"},
    "cite": {"where": "Article 4", "source": None, "clause": "seen"},
    "read": [UNASKED],
    "counted": None,
}
CHECK: dict[str, Any] = {
    "leaf": "manual_check",
    "truth": "unknown",
    "asks": {"check_id": "x", "text": {"zh": "经认定", "en": "recognised"}},
    "cite": {"where": "Article 5", "source": None, "clause": "seen"},
    "read": [],
    "counted": None,
}
RECORDED: dict[tuple[str, str | None], str] = {
    ("highest_degree", "verified"): "2026-03-03T14:38:00Z"
}


def branch(join: str, *children: Any, title: dict[str, str] | None = None) -> dict[str, Any]:
    return {"join": join, "truth": "unknown", "name": None, "title": title, "children": children}


def leaves(proof: Any) -> list[dict[str, Any]]:
    return leaves_of(proof, WORDS, recorded_at=RECORDED, sources=["notice", "gazette"])


def test_a_met_condition_names_the_value_its_source_and_when_it_was_recorded() -> None:
    (leaf,) = leaves(DOCTOR)
    assert leaf["truth"] == "met"
    assert leaf["text"] == {"zh": "最高学位不低于博士", "en": "Highest degree at least doctor"}
    assert leaf["clause"]["en"] == "Article 3 · gazette"
    assert leaf["values"] == [
        {
            "label": {"zh": "最高学位", "en": "Highest degree"},
            "value": {"zh": "博士", "en": "doctor"},
            "source": "verified",
            "since": None,
            "recorded_at": "2026-03-03T14:38:00Z",
        }
    ]


def test_what_is_not_known_shows_no_value() -> None:
    (leaf,) = leaves(YOUNG)
    assert (leaf["truth"], leaf["values"]) == ("unknown", [])
    assert leaf["text"] == {"zh": "年龄低于35周岁", "en": "Age less than 35"}


def test_what_a_person_must_check_is_not_called_unknown() -> None:
    assert leaves(CHECK)[0]["truth"] == "manual"


def test_a_forbidden_condition_that_holds_is_not_met() -> None:
    (leaf,) = leaves(branch("not", DOCTOR))
    assert leaf["truth"] == "not_met"
    assert leaf["text"]["en"].startswith("Must not be so: ")


def test_a_condition_among_several_of_a_track_says_both() -> None:
    title = {"zh": "高层次", "en": "high level"}
    first, _ = leaves(branch("tracks", branch("track", branch("any", DOCTOR, CHECK), title=title)))
    assert first["text"]["zh"] == "通道“高层次”：满足其一即可：最高学位不低于博士"


def test_a_policy_without_seen_criteria_has_no_conditions() -> None:
    assert leaves(None) == []


@pytest.mark.parametrize(
    ("leaf", "asks", "zh", "en"),
    [
        (
            "compare",
            {"fact": "monthly_rent", "op": "<=", "value": 500000, "as_of": None},
            "月租金不超过¥5,000",
            "Monthly rent at most ¥5,000",
        ),
        (
            "compare",
            {"fact": "student", "op": "==", "value": False, "as_of": None},
            "在校学生：否",
            "Student: no",
        ),
        (
            "compare",
            {"fact": "return_date", "op": ">", "value": "2022-01-01", "as_of": None},
            "回国日期晚于2022-01-01",
            "Returned after 2022-01-01",
        ),
        (
            "member",
            {"fact": "work_region", "op": None, "codes": ["putuo", "minhang"], "as_of": None},
            "工作地：普陀区、闵行区之一",
            "Works in: Putuo District or Minhang District",
        ),
        (
            "within",
            {"since": "graduation_date", "value": 5, "unit": "years", "at": "year_end"},
            "毕业日期后5年之内（截至当年12月31日）",
            "Within 5 years after “Graduated on”, on 31 December of the year",
        ),
        (
            "insured",
            {
                "fact": "social_insurance",
                "months": 12,
                "window_months": 24,
                "in_a_row": True,
                "base_percent": 150,
            },
            "社会保险缴纳记录：连续缴纳不少于12个月（近24个月内），基数不低于社平工资150%",
            (
                "Social insurance record: at least 12 months in a row paid within the last "
                "24 months, on a base of 150% of the average wage"
            ),
        ),
        (
            "holds",
            {"fact": "titles_held", "codes": ["sh.pujiang"], "tenure": "ever", "closed": False},
            "人才称号与层次（曾经）：浦江人才",
            "Titles and tiers held (at any time): Pujiang talent",
        ),
        (
            "linear",
            {
                "terms": [
                    {"fact": "venture_total", "times": 2},
                    {"fact": "new_investment_since_2023", "times": -1},
                ],
                "op": ">=",
                "value": 100000000,
                "measure": "money",
            },
            "2 × 累计风险投资 − 2023年以来新增投资不低于¥1,000,000",
            "2 × Venture money in all − New investment since 2023 at least ¥1,000,000",
        ),
        (
            "linear",
            {
                "terms": [
                    {"fact": "return_date", "times": 1},
                    {"fact": "graduation_date", "times": -1},
                ],
                "op": "<=",
                "value": 730,
                "measure": "days",
            },
            "回国日期 − 毕业日期不超过730天",
            "Returned on − Graduated on at most 730 days",
        ),
        (
            "count",
            {
                "fact": "homes_owned",
                "where": {
                    "join": "all",
                    "children": [
                        {
                            "leaf": "member",
                            "asks": {
                                "fact": "region",
                                "op": None,
                                "codes": ["shanghai"],
                                "as_of": None,
                            },
                        },
                        {
                            "join": "not",
                            "children": [
                                {
                                    "leaf": "compare",
                                    "asks": {
                                        "fact": "price",
                                        "op": "<",
                                        "value": 100,
                                        "as_of": None,
                                    },
                                }
                            ],
                        },
                    ],
                },
                "op": "<=",
                "value": 1,
                "closed": False,
            },
            "家庭住房不超过1条（所在地：上海市且不得：价款低于¥1）",
            (
                "Homes of the family: at most 1 "
                "(Place: Shanghai and Must not be so: Price less than ¥1)"
            ),
        ),
        (
            "count",
            {"fact": "receipts", "where": None, "op": "==", "value": 0, "closed": True},
            "已领取资金为0条",
            "Money received: is 0",
        ),
        ("not_seen", {}, "来源未显示此条件", "A condition that the source did not show"),
    ],
)
def test_each_kind_of_condition_is_a_sentence(
    leaf: str, asks: dict[str, Any], zh: str, en: str
) -> None:
    assert sentence({"leaf": leaf, "asks": asks}, WORDS) == {"zh": zh, "en": en}
