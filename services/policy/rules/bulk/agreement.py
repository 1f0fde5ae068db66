"""Whether one person alone and everybody at once are judged alike: asked before a policy stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.policy.rules.bulk.bits import Split, unpacked
from services.policy.rules.bulk.columns import People
from services.policy.rules.bulk.leaves import question
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.sampling import persons_for
from services.policy.rules.bulk.states import States, tree_states
from services.policy.rules.bulk.trees import Rules, parts_of, rules_of, split_by
from services.policy.rules.criteria import criteria_of
from services.policy.rules.facts import Fact, FactView
from services.policy.rules.kleene import Truth
from services.policy.rules.leaves import prove_leaf
from services.policy.rules.outcome import State
from services.policy.rules.policy import Policy
from services.policy.rules.prove import prove, truth_in
from services.policy.rules.stages import asked_later
from services.policy.rules.tree import Tree, Unseen
from services.policy.rules.verdict import verdict


@dataclass(frozen=True, slots=True)
class Disagreement:
    """`about` names a tree of `trees_of`, or a condition; the facts are those of one person."""

    about: str
    alone: str
    together: str
    facts: tuple[Fact, ...]


def anybody(_: FactView) -> bool:
    return True


def trees_of(policy: Policy) -> dict[str, Tree]:
    """The criteria, what is asked of who enjoys the policy, and what narrows single benefits."""
    named = policy.policy_id
    found = {
        named: criteria_of(policy),
        **{f"{named}:{stage}": tree for stage, tree in asked_later(policy)},
        **{f"{named}#{each.benefit_id}": each.when for each in policy.benefits},
    }
    return {
        name: tree
        for name, tree in found.items()
        if tree is not None and not isinstance(tree, Unseen)
    }


def disagreements(
    trees: Mapping[str, Tree],
    valid_at: date,
    *,
    sampled: int,
    at_most: int | None = None,
    also: Iterable[FactView] = (),
    never: frozenset[str] = frozenset(),
    lawful: Callable[[FactView], bool] = anybody,
) -> Iterator[Disagreement]:
    """Every tree and condition, over the people of `persons_for` and those given besides.

    `never` names the trees that were found to be satisfied by nobody who is `lawful`: of people at
    the boundaries some state what nobody can.
    """
    rules = rules_of(list(trees.values()), valid_at)
    if rules.asked:
        persons = [*persons_for(rules, sampled=sampled, at_most=at_most), *also]
        people = people_of(persons, rules.needs)
        yield from _by_condition(rules, people, persons)
        yield from _by_tree(trees, tree_states(rules, people), persons, never, lawful)


def _by_condition(
    rules: Rules, people: People, persons: Sequence[FactView]
) -> Iterator[Disagreement]:
    for leaf in rules.asked.values():
        ask = question(leaf, people, rules.valid_at, split_by)
        together = [truth for part in parts_of(people.count) for truth in _truths(ask(part), part)]
        for person, truth in zip(persons, together, strict=True):
            alone = prove_leaf(leaf, person, truth_in).truth
            if alone is not truth:
                yield Disagreement(repr(leaf), alone, truth, _said(person))


def _by_tree(
    trees: Mapping[str, Tree],
    found: Sequence[States],
    persons: Sequence[FactView],
    never: frozenset[str],
    lawful: Callable[[FactView], bool],
) -> Iterator[Disagreement]:
    for (name, tree), states in zip(trees.items(), found, strict=True):
        flags = {state: unpacked(bits, len(persons)) for state, bits in states.items()}
        for place, person in enumerate(persons):
            alone = verdict(prove(tree, person)).state
            together = [state for state, those in flags.items() if those[place]]
            if together != [alone]:
                yield Disagreement(name, alone, ", ".join(together), _said(person))
            elif alone is State.ELIGIBLE and name in never and lawful(person):
                yield Disagreement(name, alone, "satisfied by nobody", _said(person))


def _truths(split: Split, part: slice) -> Iterator[Truth]:
    count = part.stop - part.start
    for true, false in zip(unpacked(split.true, count), unpacked(split.false, count), strict=True):
        yield Truth.TRUE if true else Truth.FALSE if false else Truth.UNKNOWN


def _said(person: FactView) -> tuple[Fact, ...]:
    return tuple(fact for facts in person.by_name.values() for fact in facts)
