"""Files that are refused, each with its line and what to write instead."""

import pytest

from services.policy.rules import FormatError, default_vocabulary, parse_policy
from services.policy.rules.yaml_file import MOST_BYTES, read_yaml
from tests.unit.policy.rules.rule_samples import ANYONE, TEMPLATE, policy_of


def refused(text: str | bytes) -> FormatError:
    with pytest.raises(FormatError) as caught:
        parse_policy(text, file="bad.yaml")
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("id: A\nid: B\n", 2, "stands twice"),
        ("a: &x 1\nb: *x\n", 1, "anchors and aliases"),
        ("a: !!python/name:os.system 1\n", 1, "tags"),
        ('a: 1\nb: "x\\0"\n', 2, "nobody can see"),
        ('"\\uD800": 1\n', 1, ""),
        ("a: 1\nb:\n", 2, "no value"),
        ("a: [1, 2\n", 2, ""),
        ("", 1, "empty"),
        ("[" * 60 + "]" * 60, 1, "nested"),
        ("format: 1\ncolour: red\n", 2, "unknown key"),
    ],
)
def test_a_broken_file_is_refused_at_its_line(text: str, line: int, problem: str) -> None:
    error = refused(text)
    assert (error.mark.line, error.file) == (line, "bad.yaml")
    assert problem in error.problem
    assert error.remedy


def test_text_that_is_not_utf8_is_refused_at_its_line() -> None:
    error = refused("id: A\ntitle: 人才\n".encode("gb18030"))
    assert error.mark.line == 2
    assert "UTF-8" in error.remedy


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    assert "large" in refused(b"a" * (MOST_BYTES + 1)).problem


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('{fact: shoe_size, op: ">=", value: 1, cite: a}', "unknown fact"),
        ("{fact: work_region, in: [atlantis], cite: a}", "unknown code"),
        ('{fact: work_region, op: ">=", value: putuo, cite: a}', "no order"),
        ('{fact: birth_date, op: ">=", value: 1990, cite: a}', "whole date"),
        ('{fact: monthly_rent, op: ">=", value: 3000, cite: a}', "with its unit"),
        ('{fact: labour_contract, op: ">=", value: true, cite: a}', "no order"),
        ('{since: work_region, op: "<", years: 3, cite: a}', "does not fit"),
        ('{since: birth_date, op: "<", cite: a}', "one unit"),
        ("{insured: {months: 6, window_months: 5, in_a_row: true}, cite: a}", "too short"),
        ("{holds: {tenure: ever}, cite: a}", "either titles or policies"),
        ("{all: []}", "empty"),
        ("{wish: true}", "not a condition"),
    ],
)
def test_a_rule_that_cannot_be_resolved_is_refused(entry: str, problem: str) -> None:
    with pytest.raises(FormatError, match=problem):
        policy_of(entry)


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"in_force": "{from: 2026-01-01, to: 2025-01-01}"}, "before it starts"),
        ({"issuer": "atlantis"}, "unknown body"),
        ({"benefits": "[{id: b, kind: money, cost_item: rent, cite: a}]"}, "do not fit"),
        (
            {
                "benefits": "[{id: b, kind: money, cost_item: rent, "
                "pay: {amount: 1 元, per: once, instalments: [50, 40]}, cite: a}]"
            },
            "not 100 together",
        ),
        (
            {"more": "interactions: [{id: i, choose_one: {members: ['#no']}, cite: a}]"},
            "no benefit",
        ),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(parts: dict[str, str], problem: str) -> None:
    with pytest.raises(FormatError, match=problem):
        policy_of(**parts)


def test_the_path_of_the_mistake_is_named() -> None:
    with pytest.raises(FormatError) as caught:
        policy_of("{all: [{fact: shoe_size, in: [a], cite: a}]}")
    assert caught.value.path == "eligibility.entry.all[0].fact"


def test_words_that_look_like_other_types_stay_words() -> None:
    assert read_yaml("a: no\nb: 1:30\nc: 010\nd: 1.5\ne: '7'\nf: 7\n", "x").root == {
        "a": "no",
        "b": "1:30",
        "c": "010",
        "d": "1.5",
        "e": "7",
        "f": 7,
    }


def test_a_citation_of_a_source_that_the_file_does_not_list_is_refused() -> None:
    with pytest.raises(FormatError) as caught:
        policy_of("{fact: work_region, in: [putuo], cite: {where: Article 3, source: 2}}")
    assert "no source 2" in caught.value.problem
    assert "1" in caught.value.remedy


@pytest.mark.parametrize(
    "borne",
    ["payer: the-mayor", "payers: [{who: the-mayor, percent: 50}, {who: employer, percent: 50}]"],
)
def test_a_payer_that_nobody_knows_is_refused(borne: str) -> None:
    paid = "{id: b, kind: money, cost_item: rent, pay: {amount: 1 元, per: once}, cite: a, %s}"
    with pytest.raises(FormatError, match="unknown code 'the-mayor'"):
        policy_of(benefits=f"[{paid % borne}]")
    known = borne.replace("the-mayor", "treasury")
    assert policy_of(benefits=f"[{paid % known}]").benefits


def parts(said: str) -> str:
    return f"per: once, instalments: {said}"


@pytest.mark.parametrize(
    ("pay", "problem"),
    [
        (f"amount: 10 万元, {parts('{first: 60 元, then: 10 元, months: 2}')}", "come to"),
        (f"amount: not_seen, {parts('{first: 6 元, then: 1 元, months: 2}')}", "one sum"),
        (
            f"amount: 8 元, term: open, {parts('{first: 6 元, then: 1 元, months: 2}')}".replace(
                "once", "month"
            ),
            "one sum",
        ),
        (f"amount: 8 元, {parts('{first: 0 元, then: 4 元, months: 2}')}", "nothing"),
        (f"amount: 8 元, {parts('{equal: 601}')}", "too many"),
        (f"amount: 8 元, {parts('{equal: 1}')}", "below 2"),
        (f"amount: 8 元, {parts('[50, 40]')}", "100 together"),
    ],
)
def test_parts_that_do_not_make_up_the_whole_are_refused(pay: str, problem: str) -> None:
    paid = f"{{id: b, kind: money, cost_item: rent, pay: {{{pay}}}, cite: a}}"
    with pytest.raises(FormatError, match=problem) as caught:
        policy_of(benefits=f"[{paid}]")
    assert caught.value.remedy


def test_a_text_that_was_recorded_with_another_payer_is_still_read() -> None:
    text = TEMPLATE.format(
        policy_id="XX-ONE",
        version=1,
        issuer="putuo",
        in_force="{from: 2025-01-01, to: open}",
        eligibility=f"{{entry: {ANYONE}}}",
        benefits="[{id: b, kind: money, cost_item: rent, payer: talent-office, "
        "pay: {amount: 1 元, per: once}, cite: a}]",
        more="",
    )
    words = default_vocabulary()
    assert parse_policy(text, vocabulary=words.of_recorded_texts()).benefits
    with pytest.raises(FormatError):
        parse_policy(text, vocabulary=words)
