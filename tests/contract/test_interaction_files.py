"""Amounts and interactions that are not understood are refused by the reader and the schema."""

import pytest

from tests.support.policy_file import refused_at_both_doors

BAD = {
    "a rate of nothing": ("amount: 3000 元", "amount: {percent: 50, of: {}}"),
    "an order that is written": ("term: open", "term: open, order: written"),
    "one payer of several": (
        "cost_item: rent",
        "cost_item: rent\n    payers: [{who: a, percent: 100}]",
    ),
    "a subject that is none": ("cost_item: rent", "cost_item: rent\n    subject: team"),
    "a member that names nothing": ("{cost_item: living}", "{}"),
    "a choice once a month": ("{cost_item: living}]", "{cost_item: living}], per: month"),
    "a rule that binds for no time": ("cite: c}", "cite: c, in_force: {}}"),
    "a reach that is none": ("cite: c}", "cite: c, reach: far}"),
    "a couple rule without its share": (
        'choose_one: {members: ["#rent", {cost_item: living}]}',
        "couple: {members: ['#rent'], rule: share}",
    ),
    "once in no time": (
        'choose_one: {members: ["#rent", {cost_item: living}]}',
        "once: {members: ['#rent'], per: {years: 0}}",
    ),
    "a single level": (
        'choose_one: {members: ["#rent", {cost_item: living}]}',
        "one_level: {members: ['#rent'], levels: [municipal]}",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_amount_or_interaction_passes_neither_door(case: str) -> None:
    refused_at_both_doors(*BAD[case])
