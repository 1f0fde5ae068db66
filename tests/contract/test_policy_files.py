"""Policy files: who issued them, and the format against its JSON Schema."""

from pathlib import Path

import pytest

from services.policy.rules import default_vocabulary, parse_policy
from services.policy.rules.tree import Cite, Clause
from services.policy.rules.yaml_file import read_yaml
from tests.support.citations import cites_of
from tests.support.encoded import invented
from tests.support.policy_file import (
    FILES,
    GOOD,
    ROOT,
    plain,
    policies,
    refused_at_both_doors,
    schema_accepts,
)

DEMO_FILES = sorted((ROOT / "data" / "demo" / "policies").glob("*.yaml"))


def test_enough_bodies_of_four_levels_are_encoded() -> None:
    bodies = default_vocabulary().bodies
    issuers = {policy.issuer for policy in policies().values()}
    assert len(policies()) >= 18
    assert len(issuers) >= 8
    assert {"national", "municipal", "district", "town"} <= {bodies[i].level for i in issuers}


def test_invented_policies_are_few_and_marked() -> None:
    found = invented()
    assert 1 <= len(found) <= 2
    assert all(each.demo and each.issuer.startswith("demo-") for each in found)
    assert not any(each.demo for each in policies().values())


@pytest.mark.parametrize("path", [*FILES, *DEMO_FILES], ids=lambda path: path.stem)
def test_the_schema_accepts_what_the_reader_accepts(path: Path) -> None:
    assert schema_accepts(plain(path))


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
    refused_at_both_doors(*BAD[case])
