"""Policy files against the corpus they come from, and the format against its JSON Schema."""

import json
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from services.policy.rules import FormatError, default_vocabulary, load_policies, parse_policy
from services.policy.rules.amount import Table
from services.policy.rules.parse_interactions import READERS as INTERACTIONS
from services.policy.rules.parse_tree import READERS as CONDITIONS
from services.policy.rules.policy import Benefit, Policy
from services.policy.rules.tree import Cite, Clause
from services.policy.rules.yaml_file import read_yaml
from tests.support.citations import cites_of

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus" / "policies.jsonl"
FILES = sorted((ROOT / "data" / "policies").glob("*.yaml"))
DEMO_FILES = sorted((ROOT / "data" / "demo" / "policies").glob("*.yaml"))
SCHEMA = json.loads((ROOT / "contracts" / "policy-format.schema.json").read_text())
SCALE = {"m": 1_000_000, "bn": 1_000_000_000, "x": 100, "万": 10_000}
# The whole of a sum, a year of months and a yes are arithmetic, not figures of a source.
ARITHMETIC = {100}

needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the clone")


@cache
def records() -> dict[str, dict[str, Any]]:
    lines = CORPUS.read_text().splitlines()
    return {record["id"]: record for record in map(json.loads, lines)}


def plain(path: Path) -> Any:
    return read_yaml(path.read_bytes(), path.name).root


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, key)
    else:
        yield key, value


def numbers_in(text: str) -> set[int]:
    found: set[int] = set()
    for digits, suffix in re.findall(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*(bn|m\b|x\b|万)?", text):
        number = float(digits.replace(",", ""))
        scaled = [number, number * SCALE.get(suffix, 1), number * 12]
        found.update(int(each) for each in scaled if each == int(each))
    return found


def found_at(record: Any, where: str) -> Any:
    """What stands at a place of the record; nothing where there is no such place."""
    try:
        for step in where.split("."):
            record = record[int(step)] if isinstance(record, list) else record[step]
    except LookupError:
        return None
    return record


@cache
def policies() -> dict[str, Policy]:
    return {policy.policy_id: policy for policy in load_policies(ROOT / "data" / "policies")}


def test_enough_bodies_of_four_levels_are_encoded() -> None:
    bodies = default_vocabulary().bodies
    issuers = {policy.issuer for policy in policies().values()}
    assert len(policies()) >= 18
    assert len(issuers) >= 8
    assert {"national", "municipal", "district", "town"} <= {bodies[i].level for i in issuers}


def test_invented_policies_are_few_and_marked() -> None:
    invented = load_policies(ROOT / "data" / "demo" / "policies")
    assert 1 <= len(invented) <= 2
    assert all(each.demo and each.issuer.startswith("demo-") for each in invented)
    assert not any(each.demo for each in policies().values())


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sum_of_money_stands_in_the_record(path: Path) -> None:
    seen = numbers_in(json.dumps(records()[path.stem], ensure_ascii=False))
    for _, value in leaves(plain(path)):
        found = re.fullmatch(r"([\d.]+) (元|万元)", str(value))
        if found:
            assert float(found[1]) * (10_000 if found[2] == "万元" else 1) in seen, value


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_other_number_stands_in_the_record(path: Path) -> None:
    seen = numbers_in(json.dumps(records()[path.stem], ensure_ascii=False)) | ARITHMETIC
    body = {k: v for k, v in plain(path).items() if k in ("eligibility", "benefits", "particulars")}
    for key, value in leaves(body):
        if isinstance(value, int) and not isinstance(value, bool) and key != "source":
            assert value in seen, (key, value)


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_date_stands_in_the_record(path: Path) -> None:
    text = json.dumps(records()[path.stem], ensure_ascii=False)
    for _, value in leaves(plain(path)):
        if re.fullmatch(r"\d{4}(-\d{2}){1,2}", str(value)):
            assert value in text, value


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_period_and_titles_are_those_of_the_record(path: Path) -> None:
    record, file = records()[path.stem], plain(path)
    assert str(file["published"]) == (record["issue_date"] or "not_seen")
    assert file["in_force"]["from"] == (record["effective_date"] or "not_seen")
    assert file["in_force"]["to"] == (record["expiry_date"] or "not_seen")
    assert file["title"] == {"zh": record["title_zh"], "en": record["title"]}
    assert file["doc_no"] == (record["doc_no"] or "not_seen")
    assert [each["policy"] for each in file.get("supersedes", [])] == (
        [record["supersedes"]] if record["supersedes"] else []
    )


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_issuer_is_the_body_the_record_names(path: Path) -> None:
    bodies = default_vocabulary().bodies
    file = plain(path)
    named = [bodies[each] for each in (file["issuer"], *file.get("with", []))]
    known = {name for body in named for name in (body.name.en, *body.also)}
    issuer = records()[path.stem]["issuer"]
    parts = [part.strip() for part in re.split(r"; | / ", issuer)]
    assert issuer in known or set(parts) <= known


def unfounded(policy: Policy, record: Any) -> list[str]:
    """Citations that the record does not bear out: a clause it never names, a part it lacks."""
    words = json.dumps(record, ensure_ascii=False)
    return [
        cite.where
        for cite in cites_of(policy)
        if not (
            cite.where in words
            if cite.clause is Clause.SEEN
            else found_at(record, cite.where) is not None
        )
    ]


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_citation_leads_to_something_in_the_record(path: Path) -> None:
    assert unfounded(policies()[path.stem], records()[path.stem]) == []


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_sources_are_those_of_the_record_with_their_addresses(path: Path) -> None:
    listed = [
        {"url": each.url, "title": each.title, "quality": each.quality}
        for each in policies()[path.stem].sources
    ]
    assert listed == [
        {**source, "quality": source["quality"].replace(" ", "_")}
        for source in records()[path.stem]["sources"]
    ]


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sum_the_record_shows_is_encoded(path: Path) -> None:
    written = numbers_in(
        " ".join(str(value).replace(" 元", "") for _, value in leaves(plain(path)))
    )
    for benefit in records()[path.stem]["benefits"]:
        for key in ("amount", "max_amount", "total_cap"):
            if benefit.get(key):
                assert benefit[key] in written, benefit


TIMES = {"month": "month", "year": "year"}


def rhythm_shown(entry: Any) -> str:
    """How often the record says that a sum is paid; a whole for a project or person is once."""
    words = " ".join(str(entry.get(key) or "") for key in ("unit", "note", "pct_base"))
    if entry.get("unit") in TIMES:
        return TIMES[entry["unit"]]
    if entry.get("unit") == "project" or entry.get("instalments") or "per person" in words:
        return "once"
    return "not_seen"


def rhythms_unlike(policy: Policy, record: Any) -> list[str]:
    """Benefits that are said to be paid more or less often than their part of the record shows."""
    return [
        benefit.benefit_id
        for benefit in policy.benefits
        if benefit.pay is not None
        for cite in amounts_from(benefit)
        if rhythm_shown(found_at(record, ".".join(cite.where.split(".")[:2]))) != benefit.pay.per
    ]


def amounts_from(benefit: Benefit) -> list[Cite]:
    """Where the sums stand; a table cites row by row."""
    assert benefit.pay is not None
    amount = benefit.pay.amount
    if isinstance(amount, Table):
        return [row.cite for row in amount.rows]
    return [Cite(f"{benefit.cite.where}.0")] if benefit.cite.where == "benefits" else [benefit.cite]


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_rhythm_of_payment_stands_in_the_record_or_was_not_seen(path: Path) -> None:
    assert rhythms_unlike(policies()[path.stem], records()[path.stem]) == []


def schema_accepts(value: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(value))


@pytest.mark.parametrize("path", [*FILES, *DEMO_FILES], ids=lambda path: path.stem)
def test_the_schema_accepts_what_the_reader_accepts(path: Path) -> None:
    assert schema_accepts(plain(path))


GOOD = """
format: 1
id: XX-ONE
version: 1
issuer: putuo
title: {zh: 一, en: One}
region: putuo
doc_no: not_seen
published: 2025
in_force: {from: not_seen, to: open}
scope: whole
sources: [{title: A page, quality: official, url: "https://example.org/a"}]
clauses: not_seen
eligibility: {entry: {fact: highest_degree, op: ">=", value: master, cite: a}}
benefits:
  - id: rent
    kind: money
    cost_item: rent
    pay: {amount: 3000 元, per: month, term: open}
    cite: b
interactions:
  - {id: one, choose_one: {members: ["#rent", {cost_item: living}]}, cite: c}
particulars:
  - {name: quota, value: 3, unit: count, cite: d}
"""

BAD = {
    "an unknown key": ("version: 1", "version: 1\ncolour: red"),
    "a missing key": ("scope: whole", ""),
    "another format": ("format: 1", "format: 2"),
    "a policy id in small letters": ("id: XX-ONE", "id: xx-one"),
    "a version that is a word": ("version: 1", "version: first"),
    "a version that is yes": ("version: 1", "version: true"),
    "money without a unit": ("3000 元", "3000"),
    "money in an unknown unit": ("3000 元", "3000 dollars"),
    "a repeated payment without a term": (", term: open", ""),
    "a single payment with a term": ("per: month", "per: once"),
    "a term of a payment whose rhythm was not seen": ("per: month", "per: not_seen"),
    "a cap whose rhythm was not seen": (
        'choose_one: {members: ["#rent", {cost_item: living}]}',
        "top_up: {target: '#rent', bases: [A], total_cap: {amount: 1 元, per: not_seen}}",
    ),
    "an unknown operator": ('">="', "about"),
    "a condition without a citation": (", cite: a}", "}"),
    "a condition that is none": ("fact: highest_degree", "wish: highest_degree"),
    "a kind that is none": ("kind: money", "kind: joy"),
    "a right without its thing": ("kind: money", "kind: right"),
    "a pending end": ("to: open", "to: pending"),
    "a date that is a word": ("published: 2025", "published: lately"),
    "an empty list of sources": (
        '[{title: A page, quality: official, url: "https://example.org/a"}]',
        "[]",
    ),
    "an address that is none": ("https://example.org/a", "see the gazette"),
    "clauses that are neither seen nor not": ("clauses: not_seen", "clauses: some"),
    "a citation without its place": ("cite: a}", "cite: {clause: seen}}"),
    "a citation with an unknown word": ("cite: a}", "cite: {where: a, page: 2}}"),
    "a title in one language": (", en: One", ""),
    "an empty title": ("en: One", 'en: " "'),
    "a value without its unit": (", unit: count", ""),
    "a particular that says nothing": (", value: 3, unit: count", ""),
    "two kinds of interaction": (
        "choose_one:",
        "cap: {members: ['#rent'], most: 1 元}, choose_one:",
    ),
    "an interaction of no members": ('["#rent", {cost_item: living}]', "[]"),
    "a scope that is none": ("scope: whole", "scope: some"),
}


def test_a_payment_whose_rhythm_was_not_seen_passes_both_doors() -> None:
    text = GOOD.replace("per: month, term: open", "per: not_seen")
    assert parse_policy(text).benefits[0].pay is not None
    assert schema_accepts(read_yaml(text, "good").root)


def test_a_good_file_passes_both_doors() -> None:
    assert parse_policy(GOOD).policy_id == "XX-ONE"
    assert schema_accepts(read_yaml(GOOD, "good").root)


@pytest.mark.parametrize(
    ("cite", "expected"),
    [
        ("a", Cite("a", None, Clause.NOT_SEEN)),
        ("{where: Article 9, clause: seen}", Cite("Article 9", None, Clause.SEEN)),
        ("{where: a, source: 1}", Cite("a", 1, Clause.NOT_SEEN)),
    ],
)
def test_a_file_without_seen_clauses_says_of_each_citation_what_was_seen(
    cite: str, expected: Cite
) -> None:
    text = GOOD.replace("cite: c}", f"cite: {cite}}}")
    assert expected in list(cites_of(parse_policy(text).interactions))
    assert schema_accepts(read_yaml(text, "good").root)


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_passes_neither_door(case: str) -> None:
    before, after = BAD[case]
    assert before in GOOD
    text = GOOD.replace(before, after, 1)
    with pytest.raises(FormatError):
        parse_policy(text)
    assert not schema_accepts(read_yaml(text, "bad").root)


GOOD_RECORD = {"a": "a degree", "b": {"amount": 3000, "unit": "month"}, "c": "one", "d": 3}


def test_a_clause_that_no_record_names_is_found_out() -> None:
    assert unfounded(parse_policy(GOOD), GOOD_RECORD) == []
    claimed = GOOD.replace("cite: c}", "cite: {where: Article 9, clause: seen}}")
    assert unfounded(parse_policy(claimed), GOOD_RECORD) == ["Article 9"]
    named = {**GOOD_RECORD, "c": "one of both, by Article 9"}
    assert unfounded(parse_policy(claimed), named) == []
    elsewhere = GOOD.replace("cite: d}", "cite: d.8}")
    assert unfounded(parse_policy(elsewhere), {**GOOD_RECORD, "d": [3]}) == ["d.8"]


def test_a_rhythm_that_no_record_shows_is_found_out() -> None:
    assert rhythms_unlike(parse_policy(GOOD), GOOD_RECORD) == []
    unshown = {**GOOD_RECORD, "b": {"amount": 3000}}
    assert rhythms_unlike(parse_policy(GOOD), unshown) == ["rent"]
    unseen = parse_policy(GOOD.replace("per: month, term: open", "per: not_seen"))
    assert rhythms_unlike(unseen, unshown) == []
    assert rhythms_unlike(unseen, GOOD_RECORD) == ["rent"]


GUIDE = (ROOT / "docs" / "policy-format.md").read_text()
EXAMPLES = re.findall(r"```yaml (policy|condition|benefit|interaction)\n(.*?)```", GUIDE, re.DOTALL)


def as_policy(kind: str, text: str) -> str:
    """The example put into the place of a good file it stands for."""
    value = textwrap.indent(text, "    ")
    match kind:
        case "condition":
            return re.sub(r"eligibility:.*", lambda _: f"eligibility:\n  entry:\n{value}", GOOD)
        case "benefit":
            return GOOD.replace("interactions:", f"  -\n{value}interactions:")
        case "interaction":
            return GOOD.replace("interactions:", f"interactions:\n  -\n{value}")
        case _:
            return text


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_every_example_of_the_guide_passes_both_doors(kind: str, text: str) -> None:
    whole = as_policy(kind, text)
    parse_policy(whole, file="docs/policy-format.md")
    assert schema_accepts(read_yaml(whole, "guide").root)


def test_the_guide_shows_every_kind_of_condition_and_interaction() -> None:
    for word in (*CONDITIONS, *INTERACTIONS):
        assert f"{word}:" in GUIDE, word
