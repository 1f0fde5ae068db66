"""The committed facts about the corpus, and the corpus itself where it lies beside the clone.

Elsewhere a corpus of one record stands in for it, so that as many tests run everywhere.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_policy_records import numbers_in
from tests.support.corpus import (
    CORPUS,
    FACTS,
    STANDARDS,
    committed,
    distilled,
    facts_from,
    figures_of,
)
from tests.support.policy_file import FILES

SENTENCE = "Rent of 1,500 per month (per person), from 2025-03 on; Article 9 caps it at 3万"
RECORD = {"id": "XX", "issuer": "Putuo", "title": "A title of 2025", "note": SENTENCE, "sum": 7}

OF_ONE_RECORD = {
    "policies": {
        "SH-PT-10-2023": {
            "id": "SH-PT-10-2023",
            "note": "1,500 | 2025-03 | 9 | 3万 | per person",
            "sum": 7,
        }
    },
    "codes": {name: {"A0": 2, "B00": 1} for name in STANDARDS},
    "nodes": [],
}
"""The facts of the corpus that stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A corpus, and the facts that are kept of it."""

    folder: Path
    facts: Mapping[str, Any]

    @property
    def records(self) -> Mapping[str, Any]:
        """What it says of each policy."""
        lines = (self.folder / "policies.jsonl").read_text(encoding="utf-8").splitlines()
        return {record["id"]: record for record in map(json.loads, lines)}


@pytest.fixture
def told(tmp_path: Path) -> Told:
    if CORPUS.exists():
        return Told(folder=CORPUS, facts=committed())
    return Told(folder=_of_one_record(tmp_path), facts=OF_ONE_RECORD)


def _of_one_record(folder: Path) -> Path:
    said = {"id": "SH-PT-10-2023", "note": SENTENCE, "sum": 7}
    (folder / "policies.jsonl").write_text(json.dumps(said), encoding="utf-8")
    (folder / "industry-chains.json").write_text('{"chains": []}', encoding="utf-8")
    for name in STANDARDS:
        (folder / f"{name}.codes.json").write_text('["A1", "A2", "B01"]', encoding="utf-8")
    return folder


def test_the_facts_that_are_kept_are_those_of_the_corpus(told: Told) -> None:
    assert facts_from(told.folder) == told.facts


def test_no_figure_of_the_corpus_is_lost_on_the_way(told: Told) -> None:
    for policy_id, facts in told.facts["policies"].items():
        assert figures(told.records[policy_id]) == figures(facts), policy_id


def figures(said: object) -> set[int]:
    return numbers_in(json.dumps(said, ensure_ascii=False))


def test_every_policy_file_has_its_facts_and_none_is_left_over() -> None:
    assert set(committed()["policies"]) == {path.stem for path in FILES}


def test_of_a_sentence_its_figures_dates_and_cited_clauses_remain() -> None:
    named = frozenset({"Article 9", "Article 10"})
    assert figures_of(SENTENCE, named=named) == "1,500 | 2025-03 | 9 | 3万 | per person | Article 9"


def test_of_a_record_the_facts_remain_and_no_sentence() -> None:
    facts = distilled(RECORD)
    assert (facts["id"], facts["issuer"], facts["sum"]) == ("XX", "Putuo", 7)
    assert "Rent" not in str(facts)
    assert "title of" not in str(facts)


@pytest.mark.parametrize(
    "change",
    [{"note": SENTENCE.replace("1,500", "1,600")}, {"title": "A title of 2026"}, {"sum": 8}],
)
def test_another_figure_or_title_makes_other_facts(change: dict[str, object]) -> None:
    assert distilled({**RECORD, **change}) != distilled(RECORD)


def test_no_committed_fact_is_a_sentence() -> None:
    longest = max(_words(committed()), key=lambda text: len(text.split()))
    assert len(longest.split()) <= 24, longest
    assert Path(FACTS).exists()


def _words(said: object) -> list[str]:
    if isinstance(said, dict):
        return [text for inner in said.values() for text in _words(inner)]
    if isinstance(said, list):
        return [text for inner in said for text in _words(inner)]
    return [said] if isinstance(said, str) and "|" not in said else []
