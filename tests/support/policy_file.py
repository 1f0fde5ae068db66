"""Policy files as tests read them, a good one to spoil, and the two doors that it must pass."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from services.policy.rules import FormatError, parse_policy
from services.policy.rules.policy import Policy
from services.policy.rules.yaml_file import read_yaml
from tests.support.encoded import encoded

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "data" / "policies").glob("*.yaml"))
SCHEMA = json.loads((ROOT / "contracts" / "policy-format.schema.json").read_text())

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


def plain(path: Path) -> Any:
    """A file as it stands, before anything is understood."""
    return read_yaml(path.read_bytes(), path.name).root


@cache
def policies() -> dict[str, Policy]:
    """The encoded policies, by their ids."""
    return {policy.policy_id: policy for policy in encoded()}


def schema_accepts(value: Any) -> bool:
    """Whether the published schema takes it."""
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(value))


def refused_at_both_doors(before: str, after: str) -> None:
    """With this in the place of that, neither the reader nor the schema takes the good file."""
    assert before in GOOD
    text = GOOD.replace(before, after, 1)
    with pytest.raises(FormatError):
        parse_policy(text)
    assert not schema_accepts(read_yaml(text, "bad").root)
