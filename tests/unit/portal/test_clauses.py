"""Beside a condition stands the clause its policy file cites, and the very source it names."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.policy.rules import (
    Policy,
    evaluate,
    parse_policy,
    render,
    render_policy,
)
from services.policy.rules.tree import Cite, Clause
from services.portal.outcomes import cards_of
from services.portal.outlook import Outlook
from services.portal.sources import clause_of
from tests.support.citations import cites_of
from tests.support.encoded import encoded_and_invented
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


ONE_SOURCE = FILE.replace(", {title: Guide, quality: official}", "")
UNSEEN = "{where: eligibility.residence, clause: not_seen}"


def card(cite: str, file: str = FILE) -> Mapping[str, Any]:
    """What the page is given of the policy."""
    policy = parse_policy(file.replace("CITE", cite))
    found = render(evaluate(policy, (), date(2026, 4, 1), NOW))
    cards = cards_of(
        answer(found), [render_policy(policy)], WORDS, recorded_at={}, outlook=Outlook()
    )
    return cards.by_id["XX-TWO-SOURCES"]


def clause(cite: str, file: str = FILE) -> Mapping[str, str]:
    """What stands beside its only condition."""
    (leaf,) = card(cite, file)["leaves"]
    said: Mapping[str, str] = leaf["clause"]
    return said


@pytest.mark.parametrize(("number", "title"), [(1, "Gazette"), (2, "Guide")])
def test_the_first_source_of_a_file_is_number_one(number: int, title: str) -> None:
    said = clause(f"{{where: Article 3, source: {number}}}")
    assert said == {"zh": f"Article 3 · {title}", "en": f"Article 3 · {title}"}


def test_a_clause_of_which_no_source_is_named_stands_alone() -> None:
    assert clause("Article 3")["en"] == "Article 3"


def test_an_answer_recorded_before_clauses_were_told_apart_shows_its_place() -> None:
    old = {"where": "Article 3", "source": None}
    assert clause_of(old, ["Gazette"], WORDS)["en"] == "Article 3"


def test_where_no_clause_was_seen_the_page_says_so_and_what_it_goes_by() -> None:
    assert clause(UNSEEN) == {
        "zh": "条款号未见；据其来源所示的申请条件（摘录 eligibility.residence）",
        "en": "Clause not seen; from what its sources show of who may apply"
        " (extract eligibility.residence)",
    }


def test_the_source_of_an_unseen_clause_is_named_where_only_one_comes_into_question() -> None:
    known = "{where: benefits.0, clause: not_seen, source: 2}"
    assert clause(known)["en"].startswith("Clause not seen; from what its source 2 shows of what")
    assert clause(UNSEEN, ONE_SOURCE)["zh"].startswith("条款号未见；据其来源1所示的申请条件")


def test_a_card_lists_its_sources_with_what_kind_of_page_each_is() -> None:
    official = "{title: 公报, quality: official, url: 'https://gov.example/1'}"
    copied = "{title: Copy, quality: mirror, url: 'http://copy.example/1'}"
    two = "[{title: Gazette, quality: official}, {title: Guide, quality: official}]"
    sources = card("a", FILE.replace(two, f"[{official}, {copied}]"))["sources"]
    assert (sources["number"], sources["published"]) == (None, "2025-01-01")
    first, second = sources["listed"]
    assert first == {
        "title": "公报",
        "language": "zh-CN",
        "quality": {"zh": "官方网站", "en": "official page"},
        "url": "https://gov.example/1",
        "linked": True,
    }
    assert (second["language"], second["url"], second["linked"]) == (
        "en",
        "http://copy.example/1",
        False,
    )
    assert second["quality"]["en"] == "copy on another site"


def test_the_document_number_stands_with_the_sources() -> None:
    numbered = card("a", FILE.replace("doc_no: not_seen", "doc_no: 沪府规〔2025〕3号"))
    assert numbered["sources"]["number"] == "沪府规〔2025〕3号"
    unknown = card("a", FILE.replace("published: 2025-01-01", "published: not_seen"))
    assert unknown["sources"]["published"] is None


def test_without_the_view_of_the_policies_no_sources_are_shown() -> None:
    found = render(evaluate(parse_policy(FILE.replace("CITE", "a")), (), date(2026, 4, 1), NOW))
    assert cards_of(answer(found), [], WORDS, recorded_at={}, outlook=Outlook()).by_id[
        "XX-TWO-SOURCES"
    ]["sources"] == {"number": None, "published": None, "listed": []}


@pytest.mark.parametrize("policy", encoded_and_invented(), ids=lambda policy: policy.policy_id)
def test_every_part_and_every_kind_of_page_has_words(policy: Policy) -> None:
    assert {each.quality for each in policy.sources} <= WORDS.texts["quality"].keys()
    parts = {cite.where.partition(".")[0] for cite in unseen(policy)}
    assert parts <= WORDS.texts["part"].keys()


def unseen(policy: Policy) -> list[Cite]:
    return [cite for cite in cites_of(policy) if cite.clause is Clause.NOT_SEEN]
