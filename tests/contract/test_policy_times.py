"""The parts of a policy file about time and lists: what one door refuses the other refuses too."""

import pytest

from tests.support.policy_file import refused_at_both_doors

BAD = {
    "a window of every year with a year": (
        "scope: whole",
        "scope: whole\nwindow: {every_year: {from: 2026-01-01, to: 02-01}}",
    ),
    "an amendment without its edition": (
        "scope: whole",
        "scope: whole\namends: [{policy: A, kind: amend, from: 2026-01-01, basis: read, cite: a}]",
    ),
    "a prolongation with a first day": (
        "scope: whole",
        (
            "scope: whole\namends: [{policy: A, kind: prolong, from: 2026-01-01, to: 2027-01-01, "
            "basis: read, cite: a}]"
        ),
    ),
    "a replacement among the amendments": (
        "scope: whole",
        (
            "scope: whole\namends: [{policy: A, kind: supersede, from: 2026-01-01, basis: read, "
            "cite: a}]"
        ),
    ),
    "a quota of none": (
        "scope: whole",
        "scope: whole\nquota: {count: 0, per: year, cite: a}",
    ),
    "a sum of four": (
        '{fact: highest_degree, op: ">=", value: master, cite: a}',
        (
            "{sum: [{fact: contract_years}, {fact: years_with_employer}, "
            '{fact: work_permit_points}, {fact: qingpu_points}], op: ">=", value: 1, cite: a}'
        ),
    ),
    "a check by a person of one entry": (
        '{fact: highest_degree, op: ">=", value: master, cite: a}',
        "{exists: receipts, where: {not_seen: true, cite: a}, cite: a}",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_part_passes_neither_door(case: str) -> None:
    refused_at_both_doors(*BAD[case])
