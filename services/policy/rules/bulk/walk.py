"""The conditions of a tree, and what each of them asks, whoever says so in which clause."""

from collections.abc import Iterator
from dataclasses import fields
from typing import TypeAlias

from services.policy.rules.tree import All, AnyOf, Leaf, Not, Tracks, Tree

Asked: TypeAlias = tuple[object, ...]
"""What a condition asks, whoever says so in which clause."""

_SAID_ELSEWHERE = frozenset({"cite", "text"})


def asks(leaf: Leaf) -> Asked:
    parts = (getattr(leaf, each.name) for each in fields(leaf) if each.name not in _SAID_ELSEWHERE)
    return (type(leaf), *parts)


def leaves_of(tree: Tree) -> Iterator[Leaf]:
    match tree:
        case All(children=children) | AnyOf(children=children):
            for child in children:
                yield from leaves_of(child)
        case Not(child=child):
            yield from leaves_of(child)
        case Tracks(children=tracks):
            for track in tracks:
                yield from leaves_of(track.when)
        case _:
            yield tree
