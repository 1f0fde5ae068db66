"""What would have to change for somebody who is not eligible: the fewest facts, or only time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations, islice, product
from typing import TypeAlias

from services.policy.rules.candidates import Would, facts_of, would_turn
from services.policy.rules.criteria import criteria_of
from services.policy.rules.facts import NOT_APPLICABLE, Fact, FactView, Source
from services.policy.rules.kleene import Truth
from services.policy.rules.parse_words import POLICIES_HELD
from services.policy.rules.policy import Policy
from services.policy.rules.proof import Branch, Join, LeafProof, Proof, Way, join_ways, size
from services.policy.rules.prove import prove
from services.policy.rules.soon import OPEN, eligible_from
from services.policy.rules.standing import Ended, obstacle
from services.policy.rules.tree import Holds, Leaf, ManualCheck, NotSeen, Tenure, Tree, Unseen
from services.policy.rules.verdict import verdict
from services.policy.rules.vocabulary import TITLES_HELD, Vocabulary

MOST_WAYS_TRIED = 60
MOST_JOINED = 3
MOST_VALUES_TRIED = 400
ALWAYS = datetime.min.replace(tzinfo=UTC)

Change: TypeAlias = tuple[str, Would]


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
    criteria = criteria_of(policy, also)
    if isinstance(criteria, Unseen):
        return None
    proof = prove(criteria, view)
    shut = obstacle(policy, view.valid_at, ended) is not None
    if not shut and proof.truth is not Truth.FALSE:
        return None
    changes = () if shut else _changes(criteria, proof, view, words)
    from_day = eligible_from(policy, view, ended=ended, also=also)
    return NearMiss(from_day=from_day, changes=changes) if from_day or changes else None


def _changes(criteria: Tree, proof: Proof, view: FactView, words: Vocabulary) -> tuple[Needed, ...]:
    """The smallest set of facts for which values were found that the evaluator confirms."""
    leaves = list(_leaves(proof))
    for way in islice(_by_size(_turns(proof, Truth.TRUE, words), leaves, words), MOST_WAYS_TRIED):
        found = _values(way, criteria, leaves, view, words)
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
    way: Way, criteria: Tree, leaves: list[Leaf], view: FactView, words: Vocabulary
) -> tuple[Change, ...] | None:
    names = sorted(way)
    options = [_options(name, leaves, view, words) for name in names]
    for values in islice(product(*options), MOST_VALUES_TRIED):
        changes = tuple(zip(names, values, strict=True))
        if verdict(prove(criteria, with_changes(view, changes))).state in OPEN:
            return changes
    return None


def _options(name: str, leaves: list[Leaf], view: FactView, words: Vocabulary) -> list[Would]:
    mine = [leaf for leaf in leaves if name in facts_of(leaf)]
    found = [value for leaf in mine for value in would_turn(leaf, name, view, words)]
    titles = sorted({leaf.codes[0] for leaf in mine if isinstance(leaf, Holds)})
    return list(dict.fromkeys([*found, tuple(titles)] if len(titles) > 1 else found))


def with_changes(view: FactView, changes: Iterable[Change]) -> FactView:
    """The view with these facts as they would be, in place of all that is said of them.

    A title or policy that would be held stands beside those that are.
    """
    by_name = dict(view.by_name)
    for name, value in changes:
        beside = by_name.get(name, ()) if _is_added(name, value) else ()
        by_name[name] = (*beside, _said(name, value))
    return FactView(view.valid_at, view.known_at, by_name)


def _is_added(name: str, value: Would) -> bool:
    return name in (TITLES_HELD, POLICIES_HELD) and value is not NOT_APPLICABLE


def _said(name: str, value: Would) -> Fact:
    return Fact(name=name, value=value, source=Source.DECLARED, recorded_at=ALWAYS)


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
