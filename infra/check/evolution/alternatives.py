"""Finds for each alternative of the old schema the one it has become in the new."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from infra.check.evolution.schemas import (
    Node,
    NotUnderstood,
    alternatives,
    kind_of,
    listed,
    said_by,
)

Likeness: TypeAlias = Callable[[Node], str | None]


@dataclass(frozen=True, slots=True)
class Matched:
    """`pairs` go on being compared; `gone` and `come` have no counterpart."""

    pairs: list[tuple[Node, Node]]
    gone: list[Node]
    come: list[Node]


def pair_up(old: list[Node], new: list[Node]) -> Matched:
    """The surest likeness first: the same words, the same tag, the only one of its type."""
    matched = Matched([], list(old), list(new))
    has_variants = max(_objects(old), _objects(new)) > 1
    for likeness in (said_by, _tag, _untagged_kind if has_variants else kind_of, _numeric):
        _take(matched, likeness)
    return matched


def _take(matched: Matched, likeness: Likeness) -> None:
    """Pair what is alike, unless more than one candidate is."""
    for before in list(matched.gone):
        like = likeness(before)
        rivals = [node for node in matched.gone if likeness(node) == like]
        alike = [node for node in matched.come if likeness(node) == like]
        if like is not None and len(rivals) == len(alike) == 1:
            matched.gone.remove(before)
            matched.come.remove(alike[0])
            matched.pairs.append((before, alike[0]))


def _objects(nodes: list[Node]) -> int:
    return sum(kind_of(node) == "object" for node in nodes)


def _tag(node: Node) -> str | None:
    """The constants that tell one variant of an object from another."""
    found = {
        name: value
        for name in node.keyword("properties", {})
        if name in node.keyword("required", [])
        for value in _constant(node.child("properties", name))
    }
    return json.dumps(found, sort_keys=True) if found else None


def _constant(node: Node) -> list[Any]:
    """The one value that may stand there, if there is only one."""
    try:
        places = [listed(one) for one in alternatives(node)]
    except NotUnderstood:  # The comparison of the properties says so.
        return []
    values = places[0] if len(places) == 1 else None
    return values if values and len(values) == 1 else []


def _untagged_kind(node: Node) -> str | None:
    return None if _tag(node) else kind_of(node)


def _numeric(node: Node) -> str | None:
    return "number" if kind_of(node) in {"integer", "number"} else None
