"""How every policy of a view stands for everybody: the states of the single case, as sets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.policy.rules.bulk.bits import Bits, Split, everybody, nobody, of_part
from services.policy.rules.bulk.columns import Coded, Column, Held, Need, People, Statements
from services.policy.rules.bulk.trees import (
    Answers,
    Fold,
    Rules,
    fold_of,
    parts_of,
    ready,
    rules_of,
)
from services.policy.rules.bulk.walk import Asked
from services.policy.rules.criteria import criteria_of
from services.policy.rules.evaluate import state_for
from services.policy.rules.held import POLICIES_HELD
from services.policy.rules.outcome import State
from services.policy.rules.standing import obstacle
from services.policy.rules.tree import Leaf, ManualCheck, NotSeen, Tree, Unseen
from services.policy.rules.verdict import refusal
from services.policy.rules.view import View, ViewEntry

States = Mapping[State, Bits]


@dataclass(frozen=True, slots=True)
class Judging:
    """The policies of a view: those that stand for everybody alike, and the trees of the others."""

    alike: Mapping[str, State]
    trees: Mapping[str, Tree]
    rules: Rules

    @property
    def held(self) -> Need:
        """Where it stands who enjoys which policy."""
        return Statements(POLICIES_HELD, self.rules.valid_at)

    @property
    def needs(self) -> frozenset[Need]:
        return self.rules.needs | {self.held}


def _nobody_listens(_: int) -> None:
    return


def judging_of(view: View) -> Judging:
    criteria = {each.policy.policy_id: _criteria(each, view.valid_at) for each in view.entries}
    alike = {each: found for each, found in criteria.items() if isinstance(found, State)}
    trees = {each: found for each, found in criteria.items() if not isinstance(found, State)}
    return Judging(alike, trees, rules_of(list(trees.values()), view.valid_at))


def states_of(
    judging: Judging, people: People, heard: Callable[[int], None] = _nobody_listens
) -> dict[str, States]:
    """For each policy, by id, who is in which state; who enjoys it already is in no other.

    `heard` is told how many people are done so far.
    """
    everyone = everybody(people.count)
    found: dict[str, States] = {each: {state: everyone} for each, state in judging.alike.items()}
    found |= zip(judging.trees, tree_states(judging.rules, people, heard), strict=True)
    held = people.columns[judging.held]
    return {name: _enjoyed(states, name, held, everyone) for name, states in found.items()}


def _enjoyed(states: States, policy_id: str, held: Column, everyone: Bits) -> States:
    if not isinstance(held, Coded):
        raise TypeError(type(held).__name__)
    places = [
        place
        for place, entry in enumerate(held.entries)
        if isinstance(entry, Held) and policy_id in entry.now
    ]
    if not places:
        return states
    enjoying = held.holders.of(slice(0, len(held.holders.places)), places)
    others = everyone & ~enjoying
    return {**{s: bits & others for s, bits in states.items()}, State.ALREADY_ENJOYED: enjoying}


def tree_states(
    rules: Rules, people: People, heard: Callable[[int], None] = _nobody_listens
) -> list[States]:
    """For each tree who is in which state, as if it stood on the day."""
    deciding = [_Deciding.of(tree, rules) for tree in rules.trees]
    sets = [{state: nobody(people.count) for state in each.possible} for each in deciding]
    answers = ready(rules, people)
    for part in parts_of(people.count):
        views = _Views.of(answers(part), rules)
        for whole, one in zip(sets, deciding, strict=True):
            for state, bits in one.states(views).items():
                of_part(whole[state], part)[:] = bits
        heard(part.stop)
    return list(sets)


def _criteria(entry: ViewEntry, day: date) -> State | Tree:
    reason = obstacle(entry.policy, day, entry.ended)
    if reason is not None:
        return state_for(reason)
    criteria = criteria_of(entry.policy, entry.also, day=day)
    return State.CRITERIA_NOT_SEEN if isinstance(criteria, Unseen) else criteria


@dataclass(frozen=True, slots=True)
class _Views:
    """The answers as they are, and as they might become by checks alone, or by facts as well."""

    now: Answers
    checked: Answers
    known: Answers

    @classmethod
    def of(cls, now: Answers, rules: Rules) -> "_Views":
        checked = _open_ways(now, _named(rules.asked, ManualCheck))
        open_to_facts = rules.asked.keys() - _named(rules.asked, NotSeen)
        return cls(now, checked, _open_ways(now, open_to_facts))


@dataclass(frozen=True, slots=True)
class _Deciding:
    """`refused` is the state of whom the criteria do not hold for."""

    fold: Fold
    refused: State

    @classmethod
    def of(cls, tree: Tree, rules: Rules) -> "_Deciding":
        return cls(fold_of(tree, rules.valid_at), refusal(tree, rules.valid_at).state)

    @property
    def possible(self) -> Sequence[State]:
        return (
            State.ELIGIBLE,
            self.refused,
            State.SUBJECT_TO_MANUAL_CHECK,
            State.UNDETERMINED,
            State.CRITERIA_NOT_SEEN,
        )

    def states(self, views: _Views) -> States:
        """What nobody can say yet, by the least that could settle it well: a check, then a fact."""
        now = self.fold(views.now)
        rest = views.now.everyone & ~(now.true | now.false)
        checked = rest & self.fold(views.checked).true
        known = rest & self.fold(views.known).true & ~checked
        sets = (now.true, now.false, checked, known, rest & ~(checked | known))
        return dict(zip(self.possible, sets, strict=True))


def _named(asked: Mapping[Asked, Leaf], kind: type[Leaf]) -> frozenset[Asked]:
    return frozenset(name for name, leaf in asked.items() if isinstance(leaf, kind))


def _open_ways(answers: Answers, open_to: Iterable[Asked]) -> Answers:
    """As if each of these conditions, where open, could be settled either way at once."""
    splits = {
        **answers.splits,
        **{name: _either_way(answers.splits[name], answers.everyone) for name in open_to},
    }
    return replace(answers, splits=splits)


def _either_way(split: Split, everyone: Bits) -> Split:
    unsaid = everyone & ~(split.true | split.false)
    return Split(split.true | unsaid, split.false | unsaid)
