"""Policies over many people: the tree of the single case, joined bit by bit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TypeAlias

import numpy as np

from services.policy.rules.bulk.bits import Bits, Split, everybody, nobody, of_part
from services.policy.rules.bulk.columns import Need, People
from services.policy.rules.bulk.leaves import question
from services.policy.rules.bulk.needs import needs_of
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.walk import Asked, asks, leaves_of
from services.policy.rules.facts import FactView
from services.policy.rules.prove import is_open
from services.policy.rules.tree import (
    All,
    AnyOf,
    Leaf,
    Not,
    Track,
    Tracks,
    Tree,
)

AT_ONCE = 262_144
"""People in one part: few enough for the processor's cache, many enough for each step to pay."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Trees and their distinct conditions, each asked once however many trees hold it."""

    trees: Sequence[Tree]
    asked: Mapping[Asked, Leaf]
    valid_at: date

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset(n for leaf in self.asked.values() for n in needs_of(leaf, self.valid_at))


def rules_of(trees: Sequence[Tree], valid_at: date) -> Rules:
    asked = {asks(leaf): leaf for tree in trees for leaf in leaves_of(tree)}
    return Rules(trees, asked, valid_at)


@dataclass(frozen=True, slots=True)
class Answers:
    """What every distinct condition says of one part of the people."""

    splits: Mapping[Asked, Split]
    everyone: Bits


Fold: TypeAlias = Callable[[Answers], Split]


def fold_of(tree: Tree, day: date) -> Fold:
    """Joins the answers of the conditions as the tree joins the conditions."""
    match tree:
        case All(children=children):
            return _joined([fold_of(child, day) for child in children], _both)
        case AnyOf(children=children):
            return _joined([fold_of(child, day) for child in children], _either)
        case Not(child=child):
            inner = fold_of(child, day)
            return lambda answers: inner(answers).opposite
        case Tracks(children=tracks):
            return _joined([_fold_of_track(track, day) for track in tracks], _either)
        case _:
            name = asks(tree)
            return lambda answers: answers.splits[name]


def parts_of(count: int) -> Iterator[slice]:
    return (slice(at, min(at + AT_ONCE, count)) for at in range(0, count, AT_ONCE))


def ready(rules: Rules, people: People) -> Callable[[slice], Answers]:
    """Everything that is worked out once for the whole table, so that parts only look up."""
    questions = {
        name: question(leaf, people, rules.valid_at, split_by) for name, leaf in rules.asked.items()
    }

    def answers(part: slice) -> Answers:
        splits = {name: ask(part) for name, ask in questions.items()}
        return Answers(splits, everybody(part.stop - part.start))

    return answers


def truths(rules: Rules, people: People) -> list[Split]:
    """For each tree whom it holds for, and whom it does not."""
    answers = ready(rules, people)
    folds = [fold_of(tree, rules.valid_at) for tree in rules.trees]
    found = [Split(nobody(people.count), nobody(people.count)) for _ in folds]
    for part in parts_of(people.count):
        asked = answers(part)
        for whole, fold in zip(found, folds, strict=True):
            split = fold(asked)
            of_part(whole.true, part)[:] = split.true
            of_part(whole.false, part)[:] = split.false
    return found


def split_by(tree: Tree, views: Sequence[FactView], valid_at: date) -> Split:
    """One tree over a few, such as the entries of lists."""
    rules = rules_of([tree], valid_at)
    (found,) = truths(rules, people_of(views, rules.needs))
    return found


def _fold_of_track(track: Track, day: date) -> Fold:
    if is_open(track, day):
        return fold_of(track.when, day)
    return lambda answers: Split(np.zeros_like(answers.everyone), answers.everyone)


def _joined(folds: Sequence[Fold], join: Callable[[Split, Split], Split]) -> Fold:
    return lambda answers: reduce(join, (fold(answers) for fold in folds))


def _both(one: Split, other: Split) -> Split:
    return Split(one.true & other.true, one.false | other.false)


def _either(one: Split, other: Split) -> Split:
    return Split(one.true | other.true, one.false & other.false)
