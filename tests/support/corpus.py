"""What the corpus of real policies says in figures, dates and codes, without its sentences.

The sentences are other people's, so they are not committed; what tests compare with is, in
`corpus_facts.json`. Where the corpus lies beside the clone, a test holds the two against each
other; `python -m tests.support.corpus` writes the facts again from it.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from services.policy.rules.tree import Clause
from tests.support.citations import cites_of
from tests.support.encoded import encoded

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
FACTS = Path(__file__).with_name("corpus_facts.json")
NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?\s*(?:bn|m\b|x\b|万|亿)?"
DATE = r"\d{4}(?:-\d{2}){1,2}(?!\d)"
# What names a document, a body, a measure or an address is a fact.
WHOLE = {"id", "issuer", "doc_no", "supersedes", "superseded_by", "unit", "url", "quality"}
TITLES = {"title", "title_zh"}
TIMES = ("issue_date", "effective_date", "expiry_date")
STANDARDS = ("gbt4754-2017", "gbt13745-2009")
KEPT_WORDS = ("per person", "once a year", "in parts over", "before end")
SOMETHING = "…"
AS_LETTERS = str.maketrans("0123456789", "ghijklnopq")


def digest(said: object) -> str:
    """Tells two texts apart, in letters alone: what is looked for in it are figures."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16].translate(AS_LETTERS)


def figures_of(text: str, *, named: frozenset[str] = frozenset()) -> str:
    """The figures and dates of a text in their order, and which of these clauses it names."""
    words = [word for word in (*KEPT_WORDS, *sorted(named)) if word in text]
    figures = [found.strip() for found in re.findall(f"{DATE}|{NUMBER}", text)]
    return " | ".join([*figures, *words]) or (text and SOMETHING)


def title_of(text: str) -> str:
    """A title, told by its digest and its figures."""
    return f"{digest(text)} {figures_of(text)}"


def distilled(said: Any, key: str = "", *, named: frozenset[str] = frozenset()) -> Any:
    """The same record, with facts in the places of its sentences."""
    if isinstance(said, dict):
        return {name: distilled(inner, name, named=named) for name, inner in said.items()}
    if isinstance(said, list):
        return [distilled(inner, key, named=named) for inner in said]
    if not isinstance(said, str) or key in WHOLE or key in TIMES:
        return said
    return title_of(said) if key in TITLES else figures_of(said, named=named)


def node_of(chain_id: str, node: Mapping[str, Any]) -> str:
    """A node of a chain in the corpus, told by a digest of what the charts say of it."""
    codes = [
        [(code["code"], code["name"]) for code in node[kind]]
        for kind in ("industry_codes", "discipline_codes")
    ]
    return digest([chain_id, *_named(node, node["id"]), codes, len(node["typical_roles"])])


def node_charted(chain_id: str, node: Mapping[str, Any]) -> str:
    """The same of a node in our own charts."""
    codes = [
        [(code["code"], code["name_zh"]) for code in node[kind]]
        for kind in ("industries", "disciplines")
    ]
    return digest([chain_id, *_named(node, node["node_id"]), codes, len(node["roles"])])


def _named(node: Mapping[str, Any], node_id: str) -> list[object]:
    names = ("stage", "order", "name_zh", "name_en", "node_confidence", "roles_confidence")
    return [node_id, *(node[name] for name in names)]


def code_forms(corpus: Path, name: str) -> dict[str, int]:
    """What the codes of a national list look like, and how many do; the list stays where it is."""
    codes = json.loads((corpus / f"{name}.codes.json").read_text(encoding="utf-8"))
    return dict(sorted(Counter(re.sub(r"\d", "0", code) for code in codes).items()))


def facts_from(corpus: Path) -> dict[str, Any]:
    """What is to be committed of it."""
    lines = (corpus / "policies.jsonl").read_text(encoding="utf-8").splitlines()
    named = dict(clauses_cited())
    chains = json.loads((corpus / "industry-chains.json").read_text(encoding="utf-8"))["chains"]
    return {
        "policies": {
            record["id"]: distilled(record, named=named[record["id"]])
            for record in map(json.loads, lines)
            if record["id"] in named
        },
        "codes": {name: code_forms(corpus, name) for name in STANDARDS},
        "nodes": sorted(node_of(one["id"], node) for one in chains for node in one["nodes"]),
    }


def clauses_cited() -> Iterator[tuple[str, frozenset[str]]]:
    """By policy, the places of documents that its file cites as seen."""
    for policy in encoded():
        seen = (cite.where for cite in cites_of(policy) if cite.clause is Clause.SEEN)
        yield policy.policy_id, frozenset(seen)


@cache
def committed() -> Any:
    """The facts as they stand in this repository."""
    return json.loads(FACTS.read_text(encoding="utf-8"))


def main() -> None:
    """Write them again; only where the corpus is there."""
    text = json.dumps(facts_from(CORPUS), ensure_ascii=False, indent=1, sort_keys=True)
    FACTS.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
