"""Reading amounts: one sum, a range, or a table by degree, tier or title without holes."""

import re

from services.policy.rules.amount import Row, Span, Table
from services.policy.rules.parse_words import Words, code_of, read_codes
from services.policy.rules.reader import Cursor
from services.policy.rules.tree import NOT_SEEN
from services.policy.rules.vocabulary import CodeTree, FactType

_TIER = re.compile(r"[A-Z]\d?")
"""Tiers of a programme are lettered, so they have an order though their tree has none."""


def read_span(at: Cursor) -> Span:
    if at.has("at_most"):
        return Span(0, at.fields("at_most")["at_most"].fen())
    if at.has("from"):
        given = at.fields("from to")
        least, most = given["from"].fen(), given["to"].fen()
        if least > most:
            raise given["to"].wrong("the range ends before it starts", "Write the lower sum first.")
        return Span(least, most)
    fen = at.fen()
    return Span(fen, fen)


def read_table(at: Cursor, words: Words) -> Table:
    given = at.fields("by rows")
    spec, tree = read_codes(given["by"], words)
    rows: list[Row] = []
    for item in given["rows"].items():
        row = item.fields("is amount cite")
        code, amount = code_of(row["is"], tree), row["amount"]
        if code in [other.code for other in rows]:
            raise row["is"].wrong(f"a second row for '{code}'", "Keep one row for each code.")
        span = NOT_SEEN if amount.is_not_seen() else read_span(amount)
        covers, cite = tree.below(code), row["cite"].cite()
        wholes = frozenset() if spec.type is FactType.HELD else tree.wholes(covers)
        rows.append(Row(code=code, covers=covers, amount=span, cite=cite, wholes=wholes))
    hole = _hole(frozenset().union(*(row.covers for row in rows)), tree)
    if hole is not None:
        raise given["rows"].wrong(
            f"the table has a hole at '{hole}'", "Add its row, with `amount: not_seen` if need be."
        )
    return Table(by=spec.name, rows=tuple(rows))


def _hole(covered: frozenset[str], tree: CodeTree) -> str | None:
    """A level between two that are covered, which the table passes over."""
    for line in _lines(tree):
        places = [place for place, code in enumerate(line) if code in covered]
        between = line[places[0] : places[-1]] if places else []
        missing = next((code for code in between if code not in covered), None)
        if missing is not None:
            return missing
    return None


def _lines(tree: CodeTree) -> list[list[str]]:
    """Codes that stand in an order: a whole ordered tree, or the lettered tiers of one parent."""
    if tree.ordered:
        return [list(tree.codes)]
    families: dict[str, list[str]] = {}
    for code in tree.codes.values():
        if code.parent is not None and _TIER.fullmatch(code.code.rpartition(".")[2]):
            families.setdefault(code.parent, []).append(code.code)
    return list(families.values())
