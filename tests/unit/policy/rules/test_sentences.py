"""Every policy and answer can be told in both languages, each rule with its clause."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from services.policy.rules import (
    Policy,
    Published,
    best_package,
    build_view,
    default_vocabulary,
    evaluate_all,
    interactions_of,
)
from services.policy.rules.bulk.walk import leaves_of
from services.policy.rules.parse_interactions import READERS
from services.policy.rules.sentences import Line, lines_of
from services.policy.rules.told_answer import tell_outcome
from services.policy.rules.told_package import tell_package
from services.policy.rules.told_policy import tell_policy
from services.policy.rules.tree import Unseen
from services.policy.rules.wording import Wording, sum_of
from tests.support.encoded import encoded_and_invented
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of, policy_of

DATA = Path(__file__).parents[4] / "data"
WORDS = Wording(default_vocabulary())
SAID = [
    (
        '{fact: income_tax_paid, op: ">=", value: 100 万元, cite: Article 4}',
        "已缴个人所得税不低于100万元〔Article 4〕",
        "income tax paid at least CNY 1,000,000 [Article 4]",
    ),
    (
        '{fact: birth_date, op: ">=", value: 1986-01-01, cite: Article 1}',
        "出生日期不早于1986年1月1日〔Article 1〕",
        "date of birth on or after 1986-01-01 [Article 1]",
    ),
    (
        '{fact: labour_contract, op: "!=", value: true, cite: a}',
        "已签劳动合同:否〔a〕",
        "labour contract signed: no [a]",
    ),
    (
        '{fact: overseas_post_months_in_a_row, op: ">", value: 36, as_of: 2025-04-15, cite: a}',
        "境外正式教研职位连续月数高于36个月(截至2025-04-15)〔a〕",
        "months in a formal post abroad in a row more than 36 months (as of 2025-04-15) [a]",
    ),
    (
        "{fact: work_region, in: [putuo, minhang], cite: a}",
        "工作地属于普陀区、闵行区〔a〕",
        "works in: Putuo District or Minhang District [a]",
    ),
    (
        '{fact: highest_degree, op: ">=", value: master, cite: a}',
        "最高学位不低于硕士〔a〕",
        "highest degree at least master [a]",
    ),
    (
        '{since: birth_date, op: "<", years: 45, cite: a}',
        "年龄低于45周岁〔a〕",
        "age less than 45 years [a]",
    ),
    (
        "{since: return_date, op: within, years: 2, at: {fact: shanghai_work_since}, cite: a}",
        "回国日期后2年之内(至在沪工作起始日)〔a〕",
        "within 2 years after “returned on”, until “works in Shanghai since” [a]",
    ),
    (
        '{since: graduation_date, op: "<=", months: 6, at: year_end, cite: a}',
        "自毕业日期起不超过6个月(截至当年12月31日)〔a〕",
        "time since “graduated on” at most 6 months, on 31 December of the year [a]",
    ),
    (
        "{insured: {months: 36, window_months: 48, in_a_row: true, base_percent: 300}, cite: a}",
        "社会保险缴纳记录:近48个月内连续缴纳不少于36个月,基数不低于社平工资的300%〔a〕",
        (
            "social insurance record: at least 36 months in a row within the last 48"
            ", on a base of at least 300% of the average wage [a]"
        ),
    ),
    (
        "{holds: {policies: [XX-OTHER], tenure: ever}, cite: a}",
        "已享受政策(曾经):XX-OTHER〔a〕",
        "policies enjoyed (at any time): XX-OTHER [a]",
    ),
    (
        "{manual_check: {zh: 业绩突出, en: outstanding results}, id: results, cite: a}",
        "须经人工核定:业绩突出〔a〕",
        "A person must find: outstanding results [a]",
    ),
    (
        "{not_seen: true, cite: a}",
        "来源未显示此条件〔a〕",
        "A condition that the source did not show [a]",
    ),
    (
        '{fact: return_date, op: ">=", value: 2019-01-01, cite: a}',
        "回国日期不早于2019年1月1日〔a〕",
        "returned on or after 2019-01-01 [a]",
    ),
    (
        '{fact: return_date, op: "<", value: 2019-01-01, cite: a}',
        "回国日期早于2019年1月1日〔a〕",
        "returned before 2019-01-01 [a]",
    ),
]


@pytest.mark.parametrize(("condition", "zh", "en"), SAID)
def test_a_condition_is_said_in_both_languages(condition: str, zh: str, en: str) -> None:
    tree = policy_of(condition).entry
    assert not isinstance(tree, Unseen)
    (line,) = lines_of(tree, WORDS)
    assert (line.text.zh, line.text.en) == (zh, en)


def test_what_joins_conditions_stands_above_them() -> None:
    tree = policy_of(f"{{any: [{SAID[0][0]}, {{not: {SAID[2][0]}}}]}}").entry
    assert not isinstance(tree, Unseen)
    assert [(line.depth, line.text.en.split(" [")[0]) for line in lines_of(tree, WORDS)] == [
        (0, "any of these:"),
        (1, "income tax paid at least CNY 1,000,000"),
        (1, "none of this:"),
        (2, "labour contract signed: no"),
    ]


def test_a_policy_names_its_document_its_pages_and_which_of_them_a_clause_is_from() -> None:
    policy = policy_of(
        '{fact: labour_contract, op: "==", value: true, cite: {where: a, source: 1}}'
    )
    told = [line.text for line in tell_policy(policy, WORDS)]
    assert told[1].zh == "文号:未见;发布:2025-01-01;地区:上海市"
    assert told[1].en == "document number: not seen; issued: 2025-01-01; place: Shanghai"
    assert told[2].en == "source 1: Sample (invented for demonstration)"
    assert any(text.en.endswith("[a, source 1]") for text in told)
    assert any(text.zh.endswith("〔a,来源1〕") for text in told)


CHANGES = [
    (
        "kind: prolong, to: 2028-12-31",
        "延长:XX-OLD,至2028-12-31〔a〕",
        "prolonged: XX-OLD, until 2028-12-31 [a]",
    ),
    ("kind: prolong, to: open", "延长:XX-OLD,无截止日期〔a〕", "prolonged: XX-OLD, no end [a]"),
    (
        "kind: repeal, from: 2026-07-01",
        "废止:XX-OLD自2026-07-01起〔a〕",
        "repealed: XX-OLD, from 2026-07-01 [a]",
    ),
    (
        "kind: suspend, from: 2026-03-01, to: 2026-04-30",
        "暂停:XX-OLD自2026-03-01起,至2026-04-30〔a〕",
        "suspended: XX-OLD, from 2026-03-01, until 2026-04-30 [a]",
    ),
    (
        "kind: amend, version: 2, from: 2026-05-01",
        "修订:XX-OLD第2版自2026-05-01起〔a〕",
        "amended: XX-OLD, version 2, from 2026-05-01 [a]",
    ),
]


@pytest.mark.parametrize(("change", "zh", "en"), CHANGES)
def test_a_change_of_another_policy_is_told_with_its_days(change: str, zh: str, en: str) -> None:
    policy = policy_of(more=f"amends: [{{policy: XX-OLD, {change}, basis: read, cite: a}}]")
    told = [line.text for line in tell_policy(policy, WORDS)]
    assert (zh, en) in [(text.zh, text.en) for text in told]


def test_a_benefit_says_who_bears_it_and_that_it_is_for_the_household() -> None:
    pay = "{amount: 1000 元, per: once}"
    shares = "[{who: district, percent: 70}, {who: employer, percent: 30}]"
    more = f"subject: household, payers: {shares}"
    benefit = f"{{id: a, kind: money, cost_item: rent, pay: {pay}, {more}, cite: a}}"
    told = [line.text for line in tell_policy(policy_of(benefits=f"[{benefit}]"), WORDS)]
    (zh,) = [text.zh for text in told if "每户一份,区级承担70%、用人单位承担30%" in text.zh]
    (en,) = [text.en for text in told if "borne by district 70%, employer 30%" in text.en]
    assert zh
    assert "once for the household" in en


@pytest.mark.parametrize("policy", encoded_and_invented(), ids=lambda policy: policy.policy_id)
def test_every_policy_is_told_with_every_condition_and_its_clause(policy: Policy) -> None:
    lines = list(tell_policy(policy, WORDS))
    assert said(lines)
    trees = [policy.entry, *(each.when for each in policy.benefits)]
    told = "\n".join(line.text.en for line in lines)
    for tree in trees:
        for leaf in leaves_of(tree) if tree is not None and not isinstance(tree, Unseen) else ():
            assert leaf.cite.where in told
    assert all(benefit.cite.where in told for benefit in policy.benefits)


def test_another_sum_in_the_tree_is_another_sentence() -> None:
    told = [
        "\n".join(
            line.text.zh for line in tell_policy(policy_of(SAID[0][0].replace("100", n)), WORDS)
        )
        for n in ("100", "101")
    ]
    assert told[0].replace("100万元", "101万元") == told[1] != told[0]


def test_an_answer_says_what_failed_and_what_was_read() -> None:
    view = build_view(
        [Published(row_id="1", policy=policy_of(SAID[0][0]), recorded_at=RECORDED)], TODAY, NOW
    )
    (poor,) = evaluate_all(view, facts_of({"income_tax_paid": 100}))
    assert [line.text.zh for line in tell_outcome(poor, WORDS)] == [
        "样例(XX-ONE):不符合",
        "未满足:已缴个人所得税不低于100万元(读到已缴个人所得税:1元)〔Article 4〕",
    ]
    (unknown,) = evaluate_all(view, ())
    assert [line.text.en for line in tell_outcome(unknown, WORDS)] == [
        "Sample (XX-ONE): cannot be said yet",
        "still missing: income tax paid",
    ]


def test_every_answer_and_package_of_the_encoded_policies_is_told() -> None:
    rows = [
        Published(row_id=p.policy_id, policy=p, recorded_at=RECORDED)
        for p in encoded_and_invented()
    ]
    view = build_view(rows, TODAY, NOW)
    facts = facts_of({"birth_date": "1993-05-02", "highest_degree": "doctor", "monthly_rent": 1})
    outcomes = evaluate_all(view, facts)
    for outcome in outcomes:
        assert said(tell_outcome(outcome, WORDS))
    assert said(tell_package(best_package(outcomes, interactions_of(view)), WORDS))


def said(lines: Iterable[Line]) -> bool:
    """Something in both languages, and no code of the program among the words."""
    texts = [text for line in lines for text in (line.text.zh, line.text.en)]
    return all(texts) and not any("Text(" in text or "NOT_SEEN" in text for text in texts)


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (100, "1元", "CNY 1"),
        (1_050, "10.50元", "CNY 10.50"),
        (3_000_000, "3万元", "CNY 30,000"),
        (3_050_000, "30500元", "CNY 30,500"),
        (0, "0元", "CNY 0"),
    ],
)
def test_a_sum_is_written_as_texts_write_it(fen: int, zh: str, en: str) -> None:
    assert (sum_of(fen).zh, sum_of(fen).en) == (zh, en)


def test_every_kind_of_interaction_has_its_words() -> None:
    assert default_vocabulary().texts["interaction"].keys() == READERS.keys()
