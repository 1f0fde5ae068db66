"""What would have to change for somebody who is not eligible: the fewest facts, or only time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, islice, product

from services.policy.rules.candidates import Would, facts_of, would_turn
from services.policy.rules.facts import FactView
from services.policy.rules.kleene import Truth
from services.policy.rules.policy import Policy
from services.policy.rules.proof import Branch, Join, LeafProof, Proof, Way, join_ways, size
from services.policy.rules.prove import prove
from services.policy.rules.ready import Ready, ready
from services.policy.rules.soon import OPEN, first_day
from services.policy.rules.standing import Ended
from services.policy.rules.tree import Holds, Leaf, ManualCheck, NotSeen, Tenure, Tree, Unseen
from services.policy.rules.trial import Change, Trial, with_changes, would_be
from services.policy.rules.verdict import verdict
from services.policy.rules.vocabulary import Vocabulary

MOST_WAYS_TRIED = 60
MOST_JOINED = 3
MOST_VALUES_TRIED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A fact that would have to be otherwise; with `value` it would do."""

    fact: str
    value: Would
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """`from_day` is when time alone makes the talent eligible; `changes` do it today."""

    from_day: date | None
    changes: tuple[Needed, ...]


def near_miss(
    policy: Policy,
    view: FactView,
    words: Vocabulary,
    *,
    ended: Ended | None,
    also: tuple[Tree, ...] = (),
) -> NearMiss | None:
    """None for whoever is eligible or may be, and where neither time nor any change would do.

    Where a fact of a sum stands in other conditions too, a way may be missed; none is wrong.
    """
    asked = ready(policy, view.valid_at, ended=ended, also=also)
    return missed_by(asked, Trial(view), words)


def missed_by(asked: Ready, trial: Trial, words: Vocabulary) -> NearMiss | None:
    """The same for a policy of a view, where one person is held against all of it."""
    if isinstance(asked.criteria, Unseen):
        return None
    view = trial.view
    proof = prove(asked.criteria, view)
    shut = asked.obstacle is not None
    if not shut and proof.truth is not Truth.FALSE:
        return None
    changes = () if shut else _changes(asked.criteria, proof, trial, words)
    from_day = first_day(asked, trial)
    return NearMiss(from_day=from_day, changes=changes) if from_day or changes else None


def _changes(criteria: Tree, proof: Proof, trial: Trial, words: Vocabulary) -> tuple[Needed, ...]:
    """The smallest set of facts for which values were found that the evaluator confirms."""
    leaves = list(_leaves(proof))
    for way in islice(_by_size(_turns(proof, Truth.TRUE, words), leaves, words), MOST_WAYS_TRIED):
        found = _values(way, criteria, leaves, trial, words)
        if found is not None:
            return tuple(_needed(name, value, leaves) for name, value in found)
    return ()


def _by_size(ways: Sequence[Way], leaves: list[Leaf], words: Vocabulary) -> list[Way]:
    """The ways and, as one fact may stand in several conditions, what they are a part of."""
    names = {name for leaf in leaves for name in facts_of(leaf) if _can_change(name, words)}
    wider = {
        frozenset(each)
        for count in range(1, MOST_JOINED + 1)
        for each in combinations(sorted(names), count)
        if any(way and way.issubset(each) for way in ways)
    }
    return sorted({*ways, *wider}, key=size)


def _needed(name: str, value: Would, leaves: Iterable[Leaf]) -> Needed:
    return Needed(
        fact=name, value=value, leaves=tuple(leaf for leaf in leaves if name in facts_of(leaf))
    )


def _values(
    way: Way, criteria: Tree, leaves: list[Leaf], trial: Trial, words: Vocabulary
) -> tuple[Change, ...] | None:
    """What is plainly not enough is passed over; what may be is put to the evaluator."""
    names = sorted(way)
    options = [_options(name, leaves, trial.view, words) for name in names]
    reading = [leaf for leaf in leaves if not way.isdisjoint(facts_of(leaf))]
    checked = any(isinstance(leaf, ManualCheck) for leaf in leaves)
    for values in _different(names, options, reading, trial):
        changes = tuple(zip(names, values, strict=True))
        would = would_be(criteria, trial.truths(reading, changes), trial.view)
        if would is Truth.FALSE or (would is Truth.UNKNOWN and not checked):
            continue
        if verdict(prove(criteria, with_changes(trial.view, changes))).state in OPEN:
            return changes
    return None


def _different(
    names: list[str], options: list[list[Would]], reading: list[Leaf], trial: Trial
) -> Iterator[tuple[Would, ...]]:
    """Values that no condition tells from earlier ones are left out, unless one reads several."""
    numbered = [list(enumerate(each)) for each in options]
    if all(len(set(facts_of(leaf)).intersection(names)) == 1 for leaf in reading):
        numbered = [
            _told_apart(each, [leaf for leaf in reading if name in facts_of(leaf)], name, trial)
            for name, each in zip(names, numbered, strict=True)
        ]
    sizes = [len(each) for each in options]
    for chosen in product(*numbered):
        place = 0
        for size_of, (number, _) in zip(sizes, chosen, strict=True):
            place = place * size_of + number
        if place >= MOST_VALUES_TRIED:
            return
        yield tuple(value for _, value in chosen)


def _told_apart(
    options: list[tuple[int, Would]], leaves: list[Leaf], name: str, trial: Trial
) -> list[tuple[int, Would]]:
    first: dict[tuple[Truth, ...], tuple[int, Would]] = {}
    for number, value in options:
        said = tuple([trial.truth(leaf, name, value) for leaf in leaves])
        first.setdefault(said, (number, value))
    return list(first.values())


def _options(name: str, leaves: list[Leaf], view: FactView, words: Vocabulary) -> list[Would]:
    mine = [leaf for leaf in leaves if name in facts_of(leaf)]
    found = [value for leaf in mine for value in would_turn(leaf, name, view, words)]
    titles = sorted({leaf.codes[0] for leaf in mine if isinstance(leaf, Holds)})
    return list(dict.fromkeys([*found, tuple(titles)] if len(titles) > 1 else found))


def _turns(proof: Proof, goal: Truth, words: Vocabulary) -> tuple[Way, ...]:
    """Sets of facts whose change may bring the goal about, the smallest first."""
    if proof.truth is goal:
        return (frozenset(),)
    match proof:
        case LeafProof():
            return _of_leaf(proof, goal, words)
        case Branch(join=Join.NOT, children=(child,)):
            return _turns(child, Truth.FALSE if goal is Truth.TRUE else Truth.TRUE, words)
        case Branch(join=Join.TRACK, closed=True):
            return ()
        case Branch():
            every = (proof.join is Join.ALL) == (goal is Truth.TRUE)
            options = [_turns(child, goal, words) for child in proof.children]
            return join_ways(options, every=every)


def _of_leaf(proof: LeafProof, goal: Truth, words: Vocabulary) -> tuple[Way, ...]:
    """A check that is still open may turn out well; what is past or fixed nobody changes."""
    leaf = proof.leaf
    if isinstance(leaf, ManualCheck):
        return (frozenset(),) if proof.truth is Truth.UNKNOWN else ()
    if isinstance(leaf, NotSeen):
        return ()
    if isinstance(leaf, Holds) and goal is Truth.FALSE and leaf.tenure is Tenure.EVER:
        return () if proof.truth is Truth.TRUE else (frozenset(facts_of(leaf)),)
    return tuple(frozenset({name}) for name in facts_of(leaf) if _can_change(name, words))


def _can_change(name: str, words: Vocabulary) -> bool:
    spec = words.facts.get(name)
    return spec is not None and not spec.immutable


def _leaves(proof: Proof) -> Iterator[Leaf]:
    if isinstance(proof, LeafProof):
        yield proof.leaf
        return
    for child in proof.children:
        yield from _leaves(child)
