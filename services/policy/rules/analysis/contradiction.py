"""Which conditions of a rule stand against each other, so that nobody can satisfy it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import z3

from services.policy.rules.analysis.encode import Formulas, encode, free
from services.policy.rules.analysis.person import Person
from services.policy.rules.analysis.possible import PATIENCE
from services.policy.rules.analysis.turn import SOLVING
from services.policy.rules.tree import All, AnyOf, Leaf, Not, NotSeen, Track, Tracks, Tree
from services.policy.rules.vocabulary import Vocabulary


def contradiction(tree: Tree, valid_at: date, vocabulary: Vocabulary) -> tuple[Tree, ...]:
    """Conditions that nobody meets together, none of them needless; none where somebody may.

    What no source showed, what is open for a time only, and what cannot be put exactly counts as
    if it could be met: what is named here stands against each other whatever else is found.
    """
    parts = list(_conditions(tree))
    with SOLVING:
        return tuple(parts[place] for place in _at_odds(parts, valid_at, vocabulary))


def _at_odds(parts: Sequence[Tree], valid_at: date, vocabulary: Vocabulary) -> list[int]:
    person = Person(vocabulary, valid_at)
    names = [z3.Bool(f"condition:{place}") for place in range(len(parts))]
    solver = z3.Solver()
    solver.set("rlimit", PATIENCE)
    for name, part in zip(names, parts, strict=True):
        solver.add(z3.Implies(name, encode(_always_open(part), person, _generous).true))
    solver.add(*person.axioms)
    if solver.check(*names) != z3.unsat:
        return []
    named = {str(each) for each in solver.unsat_core()}
    kept = [place for place, name in enumerate(names) if str(name) in named]
    for place in tuple(kept):
        fewer = [other for other in kept if other != place]
        if solver.check(*(names[other] for other in fewer)) == z3.unsat:
            kept = fewer
    return kept


def _conditions(tree: Tree) -> Iterator[Tree]:
    """What must all hold."""
    if isinstance(tree, All):
        for child in tree.children:
            yield from _conditions(child)
    else:
        yield tree


def _generous(leaf: Leaf, person: Person) -> Formulas:
    if isinstance(leaf, NotSeen):
        either = z3.FreshBool("not-seen")
        return Formulas(either, z3.Not(either))
    return free(leaf, person)


def _always_open(tree: Tree) -> Tree:
    """Without the days between which its tracks are open."""
    match tree:
        case All(children=children):
            return All(tuple(map(_always_open, children)))
        case AnyOf(children=children):
            return AnyOf(tuple(map(_always_open, children)))
        case Not(child=child):
            return Not(_always_open(child))
        case Tracks(children=tracks):
            return Tracks(tuple(_without_days(each) for each in tracks))
        case _:
            return tree


def _without_days(track: Track) -> Track:
    return replace(track, when=_always_open(track.when), first=None, last=None)
