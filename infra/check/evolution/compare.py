"""Finds every change between two JSON Schemas of an event, however deep."""

from collections.abc import Iterator

from infra.check.evolution.alternatives import pair_up
from infra.check.evolution.kinds import RULES, Finding
from infra.check.evolution.objects import object_changes
from infra.check.evolution.schemas import (
    ANYTHING,
    Node,
    NotUnderstood,
    Schema,
    alternatives,
    kind_of,
    root,
    same,
)
from infra.check.evolution.values import value_changes


def compare(old: Schema, new: Schema) -> list[Finding]:
    """Every change from the old schema to the new, once, in the order of their places."""
    try:
        before, after = root(old), root(new)
    except NotUnderstood as said:
        return [_not_understood("", said)]
    found = set(Comparison().walk(before, after))
    return sorted(found, key=lambda one: (one.path, list(RULES).index(one.kind), one.what))


class Comparison:
    """One walk through both schemas; a pair of places met again, by a reference, is passed by."""

    def __init__(self) -> None:
        self._met: set[tuple[str, str, str, str]] = set()

    def walk(self, old: Node, new: Node) -> Iterator[Finding]:
        """The changes between two places and below them."""
        if same(old, new):
            return
        try:
            yield from list(self._compared(old, new))
        except NotUnderstood as said:
            yield _not_understood(new.pointer, said)

    def _compared(self, old: Node, new: Node) -> Iterator[Finding]:
        before, after = alternatives(old), alternatives(new)
        if _anything(before) or _anything(after):
            yield from _freed_or_bound(new, before, after)
            return
        matched = pair_up(before, after)
        lost = all(kind_of(one) == "null" for one, _ in matched.pairs)
        yield from _types(new, matched.gone, matched.come, lost=lost)
        for one, other in matched.pairs:
            place = (one.pointer, kind_of(one), other.pointer, kind_of(other))
            if place not in self._met:
                self._met.add(place)
                yield from self._paired(one, other)

    def _paired(self, old: Node, new: Node) -> Iterator[Finding]:
        match kind_of(old), kind_of(new):
            case "integer", "number":
                what = "A whole number became any number"
                yield Finding(path=new.pointer, kind="type-widened", what=what)
            case "number", "integer":
                what = "Any number became a whole number"
                yield Finding(path=new.pointer, kind="type-narrowed", what=what)
            case "object", "object":
                yield from object_changes(old, new, self.walk)
            case "array", "array":
                yield from self._array(old, new)
            case _:
                pass  # Every other type holds nothing that could change below it.
        yield from value_changes(old, new)

    def _array(self, old: Node, new: Node) -> Iterator[Finding]:
        places = max(len(one.keyword("prefixItems", [])) for one in (old, new))
        for nth in range(places):
            yield from self.walk(_place(old, nth), _place(new, nth))
        yield from self.walk(old.child("items"), new.child("items"))


def _place(array: Node, nth: int) -> Node:
    listed = nth < len(array.keyword("prefixItems", []))
    return array.child("prefixItems", nth) if listed else array.child("items")


def _anything(nodes: list[Node]) -> bool:
    return any(kind_of(node) == ANYTHING for node in nodes)


def _freed_or_bound(new: Node, before: list[Node], after: list[Node]) -> Iterator[Finding]:
    if not _anything(before):
        yield Finding(path=new.pointer, kind="type-widened", what="Anything may stand here")
    if not _anything(after):
        what = "No longer may anything stand here"
        yield Finding(path=new.pointer, kind="type-narrowed", what=what)


def _types(new: Node, gone: list[Node], come: list[Node], *, lost: bool) -> Iterator[Finding]:
    """The alternatives without a counterpart; `lost` says that no old type is left."""
    left, arrived = _named(gone), _named(come)
    if "null" in left:
        yield Finding(path=new.pointer, kind="null-removed", what="Null may no longer stand here")
    if "null" in arrived:
        yield Finding(path=new.pointer, kind="null-added", what="Null may stand here")
    left, arrived = (
        [one for one in left if one != "null"],
        [one for one in arrived if one != "null"],
    )
    if lost and left and arrived:
        what = f"{', '.join(left)} became {', '.join(arrived)}"
        yield Finding(path=new.pointer, kind="type-replaced", what=what)
        return
    for kind in left:
        what = f"No {kind} as before may stand here"
        yield Finding(path=new.pointer, kind="type-narrowed", what=what)
    for kind in arrived:
        what = f"Another {kind} may stand here"
        yield Finding(path=new.pointer, kind="type-widened", what=what)


def _named(nodes: list[Node]) -> list[str]:
    return sorted(kind_of(node) for node in nodes)


def _not_understood(path: str, said: NotUnderstood) -> Finding:
    return Finding(path=path, kind="not-understood", what=f"{said} is said here")
