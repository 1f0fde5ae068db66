"""Policy files: who issued them, and the format against its JSON Schema."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from services.policy.rules import FormatError, default_vocabulary, load_policies, parse_policy
from services.policy.rules.policy import Policy
from services.policy.rules.tree import Cite, Clause
from services.policy.rules.yaml_file import read_yaml
from tests.support.citations import cites_of

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "data" / "policies").glob("*.yaml"))
DEMO_FILES = sorted((ROOT / "data" / "demo" / "policies").glob("*.yaml"))
SCHEMA = json.loads((ROOT / "contracts" / "policy-format.schema.json").read_text())


def plain(path: Path) -> Any:
    return read_yaml(path.read_bytes(), path.name).root


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
