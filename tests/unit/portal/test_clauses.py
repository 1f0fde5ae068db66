"""Beside a condition stands the clause its policy file cites, and the very source it names."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.policy.rules import evaluate, parse_policy, render, render_policy
from services.portal.outcomes import cards_of
from tests.unit.portal.portal_samples import WORDS, answer

NOW = datetime(2026, 4, 1, tzinfo=UTC)
FILE = """
format: 1
id: XX-TWO-SOURCES
version: 1
issuer: putuo
title: {zh: 样例, en: Sample}
region: putuo
doc_no: not_seen
published: 2025-01-01
in_force: {from: 2025-01-01, to: open}
scope: whole
sources: [{title: Gazette, quality: official}, {title: Guide, quality: official}]
eligibility: {entry: {fact: work_region, in: [putuo], cite: CITE}}
benefits: []
"""


def clause(cite: str) -> Mapping[str, str]:
    """What the card of a policy says beside its only condition."""
    policy = parse_policy(FILE.replace("CITE", cite))
    found = render(evaluate(policy, (), date(2026, 4, 1), NOW))
    cards = cards_of(answer(found), [render_policy(policy)], WORDS, recorded_at={})
    (leaf,) = cards.by_id["XX-TWO-SOURCES"]["leaves"]
    said: dict[str, Any] = leaf["clause"]
    return said


@pytest.mark.parametrize(("number", "title"), [(1, "Gazette"), (2, "Guide")])
def test_the_first_source_of_a_file_is_number_one(number: int, title: str) -> None:
    said = clause(f"{{where: Article 3, source: {number}}}")
    assert said == {"zh": f"Article 3 · {title}", "en": f"Article 3 · {title}"}


def test_a_clause_of_which_no_source_is_named_stands_alone() -> None:
    assert clause("Article 3")["en"] == "Article 3"
