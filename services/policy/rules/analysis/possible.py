"""Can anybody satisfy this, and can one person satisfy both? With somebody who can, or nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import z3

from services.policy.rules.analysis.encode import Asked, encode, exactly, free, is_loose
from services.policy.rules.analysis.person import Person
from services.policy.rules.analysis.question import PATIENCE, answered, question
from services.policy.rules.analysis.turn import SOLVING
from services.policy.rules.analysis.witness import RECORDED, facts_of
from services.policy.rules.bulk.walk import leaves_of
from services.policy.rules.facts import Fact, select
from services.policy.rules.kleene import Truth
from services.policy.rules.prove import prove
from services.policy.rules.tree import All, Tree
from services.policy.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Somebody:
    """The facts of a person who satisfies it; the evaluator has agreed."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Nobody:
    """Whatever the facts are, it never holds."""


@dataclass(frozen=True, slots=True)
class Disputed:
    """By the formulas these facts satisfy it, by the evaluator not: one of the two is wrong."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither was found within what the analysis can put exactly, or with patience."""


Possible: TypeAlias = Somebody | Nobody | Disputed | Undecided


def can_anybody(
    tree: Tree, valid_at: date, vocabulary: Vocabulary, patience: int = PATIENCE
) -> Possible:
    """`patience` bounds the steps of each question; what is not found within is undecided.

    Nobody can only where it stays impossible with everything free that is not put exactly.
    """
    with SOLVING:
        return _found(tree, valid_at, vocabulary, patience)


def _found(tree: Tree, valid_at: date, vocabulary: Vocabulary, patience: int) -> Possible:
    person = Person(vocabulary, valid_at)
    solver = _solver(tree, person, exactly, patience)
    answer = solver.check()
    loose = any(map(is_loose, leaves_of(tree)))
    if answer == z3.sat:
        facts = facts_of(person, answered(solver))
        if prove(tree, select(facts, valid_at, RECORDED)).truth is Truth.TRUE:
            return Somebody(facts)
        return Undecided() if loose else Disputed(facts)
    if loose:
        answer = _solver(tree, Person(vocabulary, valid_at), free, patience).check()
    return Nobody() if answer == z3.unsat else Undecided()


def can_one_person(trees: Sequence[Tree], valid_at: date, vocabulary: Vocabulary) -> Possible:
    """Whether one person can satisfy all of them on one day."""
    return can_anybody(All(tuple(trees)), valid_at, vocabulary)


def _solver(tree: Tree, person: Person, asked: Asked, patience: int) -> Any:
    wanted = encode(tree, person, asked).true
    return question([wanted, *person.axioms], patience)
