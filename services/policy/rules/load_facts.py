"""The vocabulary's facts: what a condition may read, of a person or of one entry of a list."""

import re
from collections.abc import Mapping

from services.policy.rules.reader import Cursor
from services.policy.rules.tree import Text
from services.policy.rules.vocabulary import (
    LISTS,
    RANGED,
    CodeForm,
    CodeTree,
    FactSpec,
    FactType,
)

# An entry is carried as one line of a ledger: numbers and texts, nothing within.
OF_AN_ENTRY = frozenset({FactType.NUMBER, FactType.MONEY, FactType.DATE, FactType.CODE})
_ALLOWED = "unit codes pattern levels authoritative immutable beyond_reach fields most"


def read_fact_words(at: Cursor, trees: Mapping[str, CodeTree]) -> dict[str, FactSpec]:
    facts: dict[str, FactSpec] = {}
    for item in at.fields("facts", "derived")["facts"].items():
        given = item.fields("name type zh en personal", _ALLOWED)
        spec = _spec(given, trees, personal=given["personal"].yes_no())
        if (spec.type in LISTS) != bool(spec.fields):
            raise item.wrong("a list needs fields", "Give `fields` to a list, and to nothing else.")
        facts[spec.name] = spec
    return facts


def read_derived(at: Cursor, facts: Mapping[str, FactSpec]) -> dict[str, tuple[str, ...]]:
    """Facts that others stand for: codes of one list, asked of one of several facts."""
    given = at.fields("facts", "derived")
    found: dict[str, tuple[str, ...]] = {}
    for item in given["derived"].items() if "derived" in given else ():
        said = item.fields("name either")
        names = [each.text() for each in said["either"].items(least=2)]
        lists = {facts[name].codes if name in facts else None for name in names}
        if None in lists or len(lists) != 1:
            raise said["either"].wrong("not facts of one list of codes", "Name several that are.")
        if said["name"].text() in facts:
            raise said["name"].wrong("a fact has this name", "Choose another.")
        found[said["name"].text()] = tuple(names)
    return found


def _field(at: Cursor, trees: Mapping[str, CodeTree], *, personal: bool) -> FactSpec:
    spec = _spec(
        at.fields("name type zh en", "unit codes pattern levels most"), trees, personal=personal
    )
    if spec.type not in OF_AN_ENTRY:
        raise at.wrong("this cannot be a field", f"Use: {', '.join(sorted(OF_AN_ENTRY))}.")
    return spec


def _spec(given: dict[str, Cursor], trees: Mapping[str, CodeTree], *, personal: bool) -> FactSpec:
    codes = given["codes"].text() if "codes" in given else None
    if codes is not None and codes not in trees:
        raise given["codes"].wrong(f"no code tree '{codes}'", "Add it under codes/.")
    listed = given["fields"].items() if "fields" in given else []
    fields = [_field(each, trees, personal=personal) for each in listed]
    return FactSpec(
        name=given["name"].text(),
        type=given["type"].choice(FactType),
        label=Text(given["zh"].text(), given["en"].text()),
        unit=given["unit"].text() if "unit" in given else None,
        codes=codes,
        personal=personal,
        authoritative=_said(given, "authoritative"),
        form=_form(given),
        fields={each.name: each for each in fields},
        immutable=_said(given, "immutable"),
        beyond_reach=given["beyond_reach"].text() if "beyond_reach" in given else None,
        most=_most(given),
    )


def _most(given: dict[str, Cursor]) -> int | None:
    if "most" not in given:
        return None
    if given["type"].choice(FactType) not in RANGED:
        raise given["most"].wrong("only numbers have a range", "Leave it out.")
    return given["most"].whole()


def _said(given: dict[str, Cursor], key: str) -> bool:
    return given[key].yes_no() if key in given else False


def _form(given: dict[str, Cursor]) -> CodeForm | None:
    if "pattern" not in given:
        return None
    if "codes" in given:
        raise given["pattern"].wrong("codes are listed already", "Keep `codes` or `pattern`.")
    levels = given["levels"].items() if "levels" in given else []
    try:
        re.compile(given["pattern"].text())
    except re.error as error:
        raise given["pattern"].wrong(f"not a pattern: {error}", "Write a pattern.") from None
    return CodeForm(
        pattern=given["pattern"].text(), levels=tuple(each.whole(least=1) for each in levels)
    )
