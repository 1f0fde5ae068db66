"""Loading policies and the vocabulary they are written in from folders of files."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from services.policy.rules.editions import Edition, edition_of, refuse_overlaps
from services.policy.rules.load_facts import read_derived, read_fact_words
from services.policy.rules.parse import read_policy
from services.policy.rules.policy import Policy
from services.policy.rules.reader import Cursor, Document
from services.policy.rules.tree import Text
from services.policy.rules.vocabulary import (
    Body,
    Code,
    CodeTree,
    Vocabulary,
)
from services.policy.rules.yaml_file import read_yaml

MOST_VOCABULARY_BYTES = 4_194_304
"""A national list of codes has thousands of lines."""

VOCABULARY_FOLDER = Path(__file__).parents[3] / "data" / "vocabulary"


def load_policies(folder: Path, vocabulary: Vocabulary | None = None) -> tuple[Policy, ...]:
    """Every policy file of the folder by name; each is named after its policy's id.

    An older edition has its version in its name; editions that overlap are refused.
    """
    words = vocabulary or default_vocabulary()
    documents = [read_yaml(path.read_bytes(), path.name) for path in sorted(folder.glob("*.yaml"))]
    policies = tuple(_read(document, words) for document in documents)
    _refuse_overlaps(documents, policies)
    return policies


def _refuse_overlaps(documents: Sequence[Document], policies: Sequence[Policy]) -> None:
    known: dict[str, dict[int, Edition]] = {}
    files = zip(policies, documents, strict=True)
    for policy, document in sorted(files, key=lambda each: each[0].version):
        editions = known.setdefault(policy.policy_id, {})
        if policy.version in editions:
            at = Cursor(document, ("version",), policy.version)
            raise at.wrong("another file has this version", "Give each edition its own.")
        refuse_overlaps(document, editions.values())
        edition = edition_of(document)
        if edition is not None:
            editions[policy.version] = edition


def parse_policy(
    source: bytes | str, *, file: str = "policy.yaml", vocabulary: Vocabulary | None = None
) -> Policy:
    """Raise FormatError with file, line, path and remedy for whatever is not understood."""
    return read_policy(read_yaml(source, file), vocabulary or default_vocabulary())


@cache
def default_vocabulary() -> Vocabulary:
    return load_vocabulary(VOCABULARY_FOLDER)


def load_vocabulary(folder: Path) -> Vocabulary:
    paths = sorted(folder.rglob("*.yaml"))
    documents = {path: _vocabulary_file(path) for path in paths}
    roots = {path: Cursor(each, (), each.root) for path, each in documents.items()}
    trees = {p.stem: _tree(root) for p, root in roots.items() if p.parent.name == "codes"}
    facts = read_fact_words(roots[folder / "facts.yaml"], trees)
    return Vocabulary(
        facts=facts,
        derived=read_derived(roots[folder / "facts.yaml"], facts),
        trees=trees,
        bodies=_bodies(roots[folder / "bodies.yaml"]),
        texts=_texts(roots[folder / "texts.yaml"]),
        digest=_digest(documents.values()),
    )


def _vocabulary_file(path: Path) -> Document:
    return read_yaml(path.read_bytes(), path.name, most_bytes=MOST_VOCABULARY_BYTES)


def _read(document: Document, words: Vocabulary) -> Policy:
    policy = read_policy(document, words)
    names = named_as(policy)
    if document.file not in names:
        at = Cursor(document, ("id",), policy.policy_id)
        raise at.wrong("the file has another name", f"Name it {names[0]}.")
    return policy


def named_as(policy: Policy) -> tuple[str, str]:
    """What its file may be called; an older edition has its version in its name."""
    return f"{policy.policy_id}.yaml", f"{policy.policy_id}.v{policy.version}.yaml"


def _tree(at: Cursor) -> CodeTree:
    given = at.fields("ordered codes")
    codes: dict[str, Code] = {}
    for item in given["codes"].items():
        code = item.fields("code zh en", "parent alone")
        name = code["code"].text()
        parent = code["parent"].text() if "parent" in code else None
        if name in codes:
            raise code["code"].wrong(f"a second '{name}'", "Keep one of them.")
        if parent is not None and parent not in codes:
            raise code["parent"].wrong(f"no code '{parent}' above", "Write parents first.")
        label = Text(code["zh"].text(), code["en"].text())
        alone = "alone" in code and code["alone"].yes_no()
        codes[name] = Code(code=name, label=label, parent=parent, alone=alone)
    return CodeTree(codes, given["ordered"].yes_no())


def _bodies(at: Cursor) -> dict[str, Body]:
    bodies: dict[str, Body] = {}
    for item in at.fields("bodies")["bodies"].items():
        given = item.fields("id zh en level region", "parent also")
        parent = given["parent"].text() if "parent" in given else None
        if parent is not None and parent not in bodies:
            raise given["parent"].wrong(f"no body '{parent}' above", "Write parents first.")
        body_id = given["id"].slug()
        bodies[body_id] = Body(
            body_id=body_id,
            name=Text(given["zh"].text(), given["en"].text()),
            level=given["level"].text(),
            parent=parent,
            region=given["region"].text(),
            also=tuple(each.text() for each in given["also"].items()) if "also" in given else (),
        )
    return bodies


def _texts(at: Cursor) -> dict[str, dict[str, Text]]:
    """Two levels: what is named (a state, an operator), then its words."""
    if not isinstance(at.value, dict):
        raise at.wrong("a mapping is needed here", "Write groups of texts.")
    return {
        group: {
            key: each.words() for key, each in at.at(group, value).fields("", _keys(value)).items()
        }
        for group, value in at.value.items()
    }


def _keys(value: object) -> str:
    return " ".join(value) if isinstance(value, dict) else ""


def _digest(documents: Iterable[Document]) -> str:
    joined = " ".join(document.digest for document in documents)
    return hashlib.sha256(joined.encode()).hexdigest()
