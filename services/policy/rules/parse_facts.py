"""Reading a condition on one fact: a value compared, or a code among others."""

from datetime import date

from services.policy.rules.parse_words import (
    CODED,
    COMPARABLE,
    ORDERED,
    Words,
    code_of,
    coded,
    constant,
    covered,
    spec_of,
)
from services.policy.rules.reader import Cursor
from services.policy.rules.tree import AnyOf, Compare, Member, Op, Tree
from services.policy.rules.vocabulary import CodeForm, FactSpec, FactType


def read_fact(at: Cursor, words: Words) -> Tree:
    given = at.fields("fact cite", "op value in as_of")
    if ("in" in given) == ("op" in given) or ("op" in given) != ("value" in given):
        raise at.wrong("a fact needs `op` and `value`, or `in`", "Write one of the two forms.")
    as_of = given["as_of"].day().first if "as_of" in given else None
    derived = words.vocabulary.derived.get(given["fact"].text())
    if derived is not None:
        if "op" in given and given["op"].value == Op.OTHER:
            raise given["op"].wrong("one of several facts may differ", "Write `not:` and `in`.")
        facts = [words.vocabulary.facts[name] for name in derived]
        return AnyOf(tuple(_coded(given, each, as_of, words) for each in facts))
    spec = spec_of(given["fact"], words, COMPARABLE | CODED)
    if spec.type in CODED:
        return _coded(given, spec, as_of, words)
    if "in" in given:
        raise given["in"].wrong("only codes can be listed", "Compare with `op` and `value`.")
    op = given["op"].choice(Op)
    if spec.type is FactType.YES_NO and op in ORDERED:
        raise given["op"].wrong("yes or no has no order", "Use == or !=.")
    value = constant(given["value"], spec)
    return Compare(fact=spec.name, op=op, value=value, cite=given["cite"].cite(), as_of=as_of)


def _coded(given: dict[str, Cursor], spec: FactSpec, as_of: date | None, words: Words) -> Tree:
    if spec.form is not None:
        return _formed(given, spec, spec.form, as_of)
    return _member(given, spec, as_of, words)


def _member(given: dict[str, Cursor], spec: FactSpec, as_of: date | None, words: Words) -> Tree:
    spec, tree = coded(given["fact"], spec, words)
    if "in" in given:
        op, codes = None, tuple(code_of(each, tree) for each in given["in"].items())
        covers = tree.covers(codes)
    else:
        op, codes = given["op"].choice(Op), (code_of(given["value"], tree),)
        if op in ORDERED and not tree.ordered:
            raise given["op"].wrong("these codes have no order", "Use ==, != or `in`.")
        covers = covered(op, codes[0], tree)
    return Member(
        fact=spec.name,
        op=op,
        codes=codes,
        covers=covers,
        cite=given["cite"].cite(),
        as_of=as_of,
        wholes=tree.wholes(covers),
    )


def _formed(given: dict[str, Cursor], spec: FactSpec, form: CodeForm, as_of: date | None) -> Member:
    """Codes of a list that is not ours: their form is checked, the whole covers its parts."""
    if "in" not in given:
        raise given["op"].wrong("these codes have no order", "Use `in`.")
    for each in given["in"].items():
        if not form.fits(each.text()):
            raise each.wrong(
                f"'{each.value}' has not the form of a code of {spec.label.en}",
                f"Write it as the list does: {form.pattern}.",
            )
    codes = tuple(each.text() for each in given["in"].items())
    return Member(
        fact=spec.name,
        op=None,
        codes=codes,
        covers=frozenset(codes),
        cite=given["cite"].cite(),
        as_of=as_of,
        levels=form.levels,
        wholes=form.wholes(codes),
    )
