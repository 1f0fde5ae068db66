"""Small policies and facts the rule tests share."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from services.policy.rules import (
    Fact,
    Outcome,
    Policy,
    default_vocabulary,
    evaluate,
    parse_policy,
    read_facts,
)

TODAY = date(2026, 4, 1)
RECORDED = datetime(2026, 2, 1, tzinfo=UTC)
NOW = datetime(2026, 4, 1, tzinfo=UTC)
ANYONE = '{since: birth_date, op: ">=", years: 0, cite: "Article 1"}'

TEMPLATE = """
format: 1
id: {policy_id}
version: {version}
issuer: {issuer}
title: {{zh: "样例 {policy_id}", en: "Sample {policy_id}"}}
region: shanghai
doc_no: not_seen
published: {published}
in_force: {in_force}
scope: whole
sources: [{{title: Sample, quality: invented}}]
eligibility: {eligibility}
benefits: {benefits}
{more}
"""


def policy_of(entry: str = ANYONE, *, policy_id: str = "XX-ONE", **parts: str) -> Policy:
    """A policy with this condition; other parts of the file are given as YAML."""
    filled = {
        "version": "1",
        "issuer": "putuo",
        "published": "2025-01-01",
        "in_force": "{from: 2025-01-01, to: open}",
        "eligibility": f"{{entry: {entry}}}",
        "benefits": "[]",
        "more": "",
    }
    return parse_policy(TEMPLATE.format(policy_id=policy_id, **{**filled, **parts}))


def written(name: str, value: Any, **more: Any) -> dict[str, Any]:
    base = {"name": name, "value": value, "source": "declared", "recorded_at": RECORDED}
    return {**base, **more}


def facts_of(values: Mapping[str, Any] | None = None, *more: dict[str, Any]) -> tuple[Fact, ...]:
    simple = [written(name, value) for name, value in (values or {}).items()]
    return read_facts([*simple, *more], default_vocabulary())


def outcome_of(
    entry: str, values: Mapping[str, Any] | None = None, *more: dict[str, Any], on: date = TODAY
) -> Outcome:
    return evaluate(policy_of(entry), facts_of(values, *more), on, NOW)


def state_of(
    entry: str, values: Mapping[str, Any] | None = None, *more: dict[str, Any], on: date = TODAY
) -> str:
    return outcome_of(entry, values, *more, on=on).state.value
