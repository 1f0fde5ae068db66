"""Which conditions of a rule stand against each other, so that nobody can satisfy it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import z3

from services.policy.rules.analysis.encode import Formulas, encode, free
from services.policy.rules.analysis.person import Person
from services.policy.rules.analysis.question import PATIENCE, question
from services.policy.rules.analysis.turn import SOLVING
from services.policy.rules.remade import remade
from services.policy.rules.tree import All, Leaf, NotSeen, Tree
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
    said = [encode(always_open(part), person, _generous).true for part in parts]
    names = [z3.Bool(f"condition:{place}") for place in range(len(parts))]
    asked = [z3.Implies(name, each) for name, each in zip(names, said, strict=True)]
    solver = question([*asked, *person.axioms], PATIENCE)
    names = [name.translate(solver.ctx) for name in names]
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
        either = person.either()
        return Formulas(either, z3.Not(either))
    return free(leaf, person)


def always_open(tree: Tree) -> Tree:
    """Without the days between which its tracks are open."""
    return remade(tree, track=lambda each: replace(each, first=None, last=None))
