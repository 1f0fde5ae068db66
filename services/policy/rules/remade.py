"""A tree with its conditions and its tracks made anew, whatever stands between them left alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from services.policy.rules.tree import All, AnyOf, Leaf, Not, Track, Tracks, Tree

_Some = TypeVar("_Some")


def _as_it_is(each: _Some) -> _Some:
    return each


def remade(
    tree: Tree,
    leaf: Callable[[Leaf], Leaf] = _as_it_is,
    track: Callable[[Track], Track] = _as_it_is,
) -> Tree:
    """A track is made anew after what it asks for."""
    match tree:
        case All(children=children):
            return All(tuple([remade(each, leaf, track) for each in children]))
        case AnyOf(children=children):
            return AnyOf(tuple([remade(each, leaf, track) for each in children]))
        case Not(child=child):
            return Not(remade(child, leaf, track))
        case Tracks(children=tracks):
            again = [replace(each, when=remade(each.when, leaf, track)) for each in tracks]
            return Tracks(tuple(map(track, again)))
        case _:
            return leaf(tree)
