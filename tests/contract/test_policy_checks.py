"""What is left to a person is prose: a number is a condition or a particular."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.policy_file import FILES, plain

COUNTED = re.compile(
    r"\d|[〇零二两三四五六七八九十百千万亿]+(?:余|多)?(?:大|新|高)?"
    r"[年月日天岁元万亿人名项种类级个区市城届次倍家套分周]|[一半](?:年|个?月|岁|万)"
)
"""Figures, and Chinese numerals with what they count; *one of them* is no number."""
NUMERALS = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|hundreds?|thousands?"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|millions?|billions?|dozens?|half|once|twice"
    r"|one (?:day|week|month|year|person|time))\b",
    re.IGNORECASE,
)
NAMES = {
    "CN-IIT-GBA-2023/tie": "the nine cities of the delta are one place, called so",
    "SH-HUKOU-GRAD-NEWTOWN-2021/area": "the five new towns are one plan, called so",
    "SH-PD-100-2011/nine-industries": "the list goes by its number, none of it was shown",
}
"""Checks whose number is part of a name, and compares nothing."""


def checks_in(said: Any) -> Iterator[tuple[str, str]]:
    """The words of each check by a person in each language, with its id."""
    if isinstance(said, dict):
        yield from ((said["id"], words) for words in said.get("manual_check", {}).values())
        said = list(said.values())
    for inner in said if isinstance(said, list) else ():
        yield from checks_in(inner)


def checks_that_count(file: Any) -> set[str]:
    """Checks that state a figure, a day or a year, which a condition or particular should."""
    return {
        f"{file['id']}/{check_id}"
        for check_id, words in checks_in(file)
        if COUNTED.search(words) or NUMERALS.search(words)
    }


def test_no_check_by_a_person_states_a_number_that_is_not_part_of_a_name() -> None:
    assert set().union(*(checks_that_count(plain(path)) for path in FILES)) == NAMES.keys()


@pytest.mark.parametrize(
    ("zh", "en", "counts"),
    [
        ("持高级职称,不受7年限制", "holds a senior title", True),
        ("三年每年收入均达到", "the income was reached each year", True),
        ("年满三十五岁", "is of age", True),
        ("十二月底前", "in time", True),
        ("属于四类之一", "is of one of the kinds", True),
        ("满一年", "long enough", True),
        ("每年达到", "in each of the three years", True),
        ("如期进站", "will enter before the end of 2018", True),
        ("满期", "for one year", True),
        ("属于所列类别之一", "is of one of the kinds that the text lists", False),
        ("第三方推荐的一般项目", "a regular project, recommended by someone", False),
    ],
)
def test_a_check_by_a_person_that_states_a_number_is_found_out(
    zh: str, en: str, counts: bool
) -> None:
    check = {"manual_check": {"zh": zh, "en": en}, "id": "it", "cite": "a"}
    deep = {"id": "XX", "eligibility": {"entry": {"all": [{"not": check}]}}}
    assert checks_that_count(deep) == ({"XX/it"} if counts else set())
