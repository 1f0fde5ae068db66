"""Whatever a policy says about other benefits is a sentence, and something else another one."""

import pytest

from services.policy.rules import default_vocabulary
from services.policy.rules.parse_interactions import READERS
from services.policy.rules.told_interactions import tell_interaction
from services.policy.rules.tree import Text
from services.policy.rules.wording import Wording
from tests.unit.policy.rules.rule_samples import policy_of

WORDS = Wording(default_vocabulary())
SAID = [
    (
        'exclusive: {target: "#a", excludes: [B, C]}',
        "互斥:XX-ONE#a与B、C不可同时享受〔Article 9〕",
        "excludes: XX-ONE#a may not be had beside B or C [Article 9]",
    ),
    (
        "choose_one: {members: [B, C], per: year}",
        "择一享受:B、C每年只可择一〔Article 9〕",
        "choose one: only one of B, C in a calendar year [Article 9]",
    ),
    (
        "highest: {members: [{cost_item: rent}], same: [cost_item, period]}",
        "就高不重复:各部门的“租房”就高享受,不重复(同一事项、同一期间)〔Article 9〕",
        (
            "the higher applies: of “rent” of any body the higher is given, not both"
            " for the same cost item and the same period [Article 9]"
        ),
    ),
    (
        "slots: {members: [B, C], most: 1, per: level}",
        "名额:B、C每一级最多1项〔Article 9〕",
        "slots: at most 1 of B, C of each level [Article 9]",
    ),
    (
        "one_level: {members: [B, C], levels: [municipal, district]}",
        "各级择一:B、C只可享受一级(市级、区级)〔Article 9〕",
        "one level only: B, C of one level only (municipal or district) [Article 9]",
    ),
    (
        'top_up: {target: "#a", bases: [B], total_cap: {amount: 5000 元, per: month}}',
        "差额补足:XX-ONE#a补足B至合计每月5000元〔Article 9〕",
        "top-up: XX-ONE#a is added to B up to CNY 5,000 a month in all [Article 9]",
    ),
    (
        'match: {target: "#a", bases: [B], percent: 50, most: 10 万元}',
        "配套:XX-ONE#a按B的50%配套,最高10万元〔Article 9〕",
        "matches: XX-ONE#a pays 50% of B, at most CNY 100,000 [Article 9]",
    ),
    (
        "excluded_if_held: {policies: [B], tenure: ever}",
        "已享受者不可申报:B(曾经)〔Article 9〕",
        "not for holders: B (at any time) [Article 9]",
    ),
    (
        "cap: {members: [B, C], most: {by: home_price, percent: 100}, per: household}",
        "总额封顶:B、C每户合计不超过购房价款的100%〔Article 9〕",
        (
            "capped together: B, C together at most 100% of price of the home for the household"
            " [Article 9]"
        ),
    ),
    (
        'deduct_prior: {target: "#a", members: [B]}',
        "扣除已领取部分:XX-ONE#a扣除已领取的B〔Article 9〕",
        "less what was received: XX-ONE#a less what was received of B [Article 9]",
    ),
    (
        'terminates: {target: "#a", ends: [B]}',
        "终止:享受XX-ONE#a即终止B〔Article 9〕",
        "ends: whoever takes XX-ONE#a loses B [Article 9]",
    ),
    (
        'requires: {target: "#a", needs: [B, C]}',
        "须同时享受:XX-ONE#a须与B、C同时享受〔Article 9〕",
        "only together with: XX-ONE#a only together with B or C [Article 9]",
    ),
    (
        "once: {members: [B], per: {years: 5}}",
        "限享受一次:B每5年限享受一次〔Article 9〕",
        "once only: B once in 5 years [Article 9]",
    ),
    (
        'first_money_only: {target: "#a", earlier: [B]}',
        "限首次资助:领取过B者不可享受XX-ONE#a〔Article 9〕",
        "first money only: XX-ONE#a not for whoever received B [Article 9]",
    ),
    (
        "couple: {members: [B], rule: share, second_percent: 50, most: 2 万元}",
        "夫妻:双方可享受B,较低的一份按50%发放,双方合计不超过2万元〔Article 9〕",
        (
            "husband and wife: both may have B, the lower at 50%, together at most CNY 20,000"
            " [Article 9]"
        ),
    ),
    (
        'promotion: {target: "#a", rule: difference}',
        "晋级:XX-ONE#a:补发与已发部分的差额〔Article 9〕",
        "after a promotion: XX-ONE#a: the difference is paid [Article 9]",
    ),
    (
        "prefer: {members: [B, C], by: [newest, best]}",
        "从新从优从高:B、C择一:从新、从优〔Article 9〕",
        "the newest, best or highest: one of B, C is given: the newest, then the best [Article 9]",
    ),
    (
        'together: {target: "#a", with: [B]}',
        "可同时享受:XX-ONE#a可与B同时享受〔Article 9〕",
        "may be had together: XX-ONE#a may be had beside B [Article 9]",
    ),
]
OTHERWISE = [
    ("choose_one: {members: [B, C]}", "choose_one: {members: [B, C], per: year}"),
    ("highest: {members: [B]}", "highest: {members: [B], same: [contract]}"),
    ("highest: {members: [B]}", "highest: {members: [B]}, reach: own"),
    ("highest: {members: [B]}", "highest: {members: [B]}, reach: not_seen"),
    ("highest: {members: [B]}", "highest: {members: [B]}, in_force: {to: 2026-06-30}"),
    (
        "slots: {members: [B], most: 1, per: all}",
        "slots: {members: [B], most: 1, per: issuer}",
    ),
    (
        'top_up: {target: "#a", bases: [B]}',
        'top_up: {target: "#a", bases: [B], net_of: [C], alone: true}',
    ),
    ("cap: {members: [B], most: 1 万元}", "cap: {members: [B], most: 1 万元, per: year}"),
    ("once: {members: [B], per: lifetime}", "once: {members: [B], per: {years: 3}}"),
    ("couple: {members: [B], rule: add_up}", "couple: {members: [B], rule: higher}"),
    ("couple: {members: [B], rule: add_up}", "couple: {members: [B], rule: one_only}"),
    ('promotion: {target: "#a", rule: frozen}', 'promotion: {target: "#a", rule: from_then}'),
    (
        "excluded_if_held: {policies: [B], tenure: ever}",
        "excluded_if_held: {policies: [B], tenure: in_term}",
    ),
]
BENEFITS = "[{id: a, kind: money, cost_item: rent, pay: {amount: 1000 元, per: once}, cite: a}]"


def said(interaction: str) -> Text:
    more = f"interactions:\n  - {{id: it, {interaction}, cite: Article 9}}"
    policy = policy_of(benefits=BENEFITS, more=more)
    (stated,) = policy.interactions
    return tell_interaction(stated, WORDS)


@pytest.mark.parametrize(("interaction", "zh", "en"), SAID)
def test_what_a_policy_says_of_others_is_a_sentence(interaction: str, zh: str, en: str) -> None:
    told = said(interaction)
    assert (told.zh, told.en) == (zh, en)


def test_every_kind_of_interaction_is_among_these() -> None:
    assert {interaction.partition(":")[0] for interaction, *_ in SAID} == READERS.keys()


@pytest.mark.parametrize(("one", "other"), OTHERWISE)
def test_what_binds_otherwise_is_said_otherwise_in_both_languages(one: str, other: str) -> None:
    before, after = said(one), said(other)
    assert before.zh != after.zh
    assert before.en != after.en
