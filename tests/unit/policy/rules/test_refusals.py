"""What the rules refuse, each with file, line, column and what to write instead."""

import pytest

from services.policy.rules import FormatError, parse_policy
from services.policy.rules.yaml_file import MOST_BYTES
from tests.unit.policy.rules.rule_samples import TEMPLATE

GOOD = TEMPLATE.format(
    policy_id="XX-ONE",
    version=1,
    issuer="putuo",
    in_force="{from: 2025-01-01, to: open}",
    eligibility="{entry: {fact: monthly_rent, op: '<=', value: 3000 元, cite: a}}",
    benefits="[]",
    more="window: {from: 2026-01-01, to: 2026-02-01}",
)
ENTRY = "{fact: monthly_rent, op: '<=', value: 3000 元, cite: a}"
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

REFUSED = {
    "an unknown key": ("scope: whole", "scope: whole\ncolour: red", (12, 9), "unknown key"),
    "a wrong type": ("version: 1", "version: one", (4, 10), "whole number"),
    "a sum without its unit": ("3000 元", "30", (13, 60), "with its unit"),
    "a sum in a foreign unit": ("3000 元", "3000 dollars", (13, 60), "with its unit"),
    "days without their unit": (
        ENTRY,
        (
            "{sum: [{fact: return_date}, {fact: graduation_date, times: -1}], op: '<=', value: 30, "
            "cite: a}"
        ),
        (13, 104),
        "days with its unit",
    ),
    "a fact outside the vocabulary": ("monthly_rent", "shoe_size", (13, 29), "unknown fact"),
    "a code outside the vocabulary": (
        ENTRY,
        "{fact: work_region, in: [atlantis], cite: a}",
        (13, 47),
        "unknown code",
    ),
    "a period that ends before its start": (
        "to: open}",
        "to: 2024-12-31}",
        (10, 34),
        "before it starts",
    ),
    "a window that ends before its start": (
        "to: 2026-02-01",
        "to: 2025-02-01",
        (15, 32),
        "before it starts",
    ),
    "a day that does not exist": ("2026-02-01", "2026-02-30", (15, 32), "date that exists"),
    "a condition that is none": (ENTRY, "{wish: more}", (13, 22), "not a condition"),
}


def refused(text: str | bytes) -> FormatError:
    with pytest.raises(FormatError) as caught:
        parse_policy(text, file="XX-ONE.yaml")
    return caught.value


def test_the_sample_itself_is_read() -> None:
    assert parse_policy(GOOD).policy_id == "XX-ONE"


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_at_its_place_with_a_remedy(case: str) -> None:
    before, after, place, problem = REFUSED[case]
    assert before in GOOD
    error = refused(GOOD.replace(before, after, 1))
    assert (error.file, error.mark.line, error.mark.column) == ("XX-ONE.yaml", *place)
    assert problem in error.problem
    assert error.remedy.endswith((".", "]`."))


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        (BOMB, (1, 4), "anchors and aliases"),
        (b"a" * (10 * 1024 * 1024), (1, 1), "too large"),
        ("id: A\ntitle: 人才\n".encode("gb18030"), (2, 8), "not UTF-8"),
    ],
)
def test_a_file_that_would_explode_or_drown_is_refused_unread(
    text: str | bytes, place: tuple[int, int], problem: str
) -> None:
    error = refused(text)
    assert (error.mark.line, error.mark.column) == place
    assert problem in error.problem
    assert error.remedy
    assert len(text) < MOST_BYTES or "262144" in error.remedy
