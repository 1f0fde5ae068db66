"""Reads the vocabulary from its files, with the facts that only the registry keeps."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from events.sourcing.yaml_files import read_yaml_file
from services.registry.vocabulary.words import FactType, FactWord, Vocabulary, Wording

SHARED = Path(__file__).parents[3] / "data" / "vocabulary"
OWN = Path(__file__).with_name("facts.yaml")


class _Fact(msgspec.Struct):
    name: str
    type: FactType
    zh: str
    en: str
    codes: str | None = None
    pattern: str | None = None
    most: int | None = None
    fields: "list[_Fact]" = []


class _Facts(msgspec.Struct):
    facts: list[_Fact]


class _Code(msgspec.Struct):
    code: str
    zh: str
    en: str


class _Body(msgspec.Struct):
    id: str
    zh: str
    en: str


class _Bodies(msgspec.Struct):
    bodies: list[_Body]


class _Codes(msgspec.Struct):
    codes: list[_Code]


@cache
def the_vocabulary() -> Vocabulary:
    """The vocabulary this release was built with."""
    return load_vocabulary(SHARED)


def load_vocabulary(folder: Path) -> Vocabulary:
    """Raises msgspec.ValidationError for a file that does not read as a vocabulary."""
    facts = {word.name: word for path in (OWN, folder / "facts.yaml") for word in _words(path)}
    codes = {path.stem: _code_list(path) for path in sorted(folder.glob("codes/*.yaml"))}
    own_codes = {path.stem: _code_list(path) for path in sorted(OWN.parent.glob("codes/*.yaml"))}
    bodies = msgspec.convert(read_yaml_file(folder / "bodies.yaml"), _Bodies).bodies
    return Vocabulary(
        facts=facts,
        codes={**own_codes, **codes},
        bodies={body.id: Wording(body.zh, body.en) for body in bodies},
    )


def _words(path: Path) -> Iterator[FactWord]:
    for fact in msgspec.convert(read_yaml_file(path), _Facts).facts:
        yield _word(fact)


def _word(fact: _Fact) -> FactWord:
    return FactWord(
        name=fact.name,
        type=fact.type,
        label=Wording(fact.zh, fact.en),
        codes=fact.codes,
        pattern=fact.pattern,
        most=fact.most,
        fields={each.name: _word(each) for each in fact.fields},
    )


def _code_list(path: Path) -> dict[str, Wording]:
    listed = msgspec.convert(read_yaml_file(path), _Codes).codes
    return {each.code: Wording(each.zh, each.en) for each in listed}
