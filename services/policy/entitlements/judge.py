"""Judges talents one after the other, and anew only what rests on something that has changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import count
from typing import TypeAlias

from services.policy.entitlements.alike import Alike
from services.policy.entitlements.answer import Answer, Asked
from services.policy.entitlements.assess import basis_of, possible
from services.policy.entitlements.before import NOBODY, Before
from services.policy.entitlements.conditions import Numbers, Somebody, conditions_of, taking
from services.policy.entitlements.judged import Bearing, Judged, Packed
from services.policy.entitlements.statements import (
    Statement,
    Statements,
    digest_at,
    numbers_in,
)
from services.policy.policies.views import Consolidated
from services.policy.remembered import Remembered
from services.policy.rules import Fact as KnownFact
from services.policy.rules import (
    Interaction,
    Package,
    State,
    View,
    Vocabulary,
    interactions_of,
    rulings_of,
)
from services.policy.rules.apart import Group, best_apart
from services.policy.rules.budget.ties import ties_between
from services.policy.rules.choice import Solved, solved
from services.policy.rules.evaluate import person_of
from services.policy.rules.facts import FactView, newest, select
from services.policy.rules.package import POSSIBLE, PROMISING
from services.policy.rules.puzzle import Bits, Puzzle
from services.policy.rules.reads import read_on, reads_of
from services.policy.rules.ready import Ready
from services.policy.rules.rulings import Rulings
from services.policy.rules.view import ViewEntry

Reads: TypeAlias = Callable[[ViewEntry, Vocabulary], tuple[str, ...]]

MOST_ENTRIES = 4_000
MOST_SAID = 100_000
MOST_STATEMENTS = 400_000
"""Each has two numbers."""
MOST_OUTCOMES = 100_000
"""Some 1 KB each, with its words."""
MOST_BEFORE = 1_000
"""People of whom what was found last is at hand: of a hundred policies, as many outcomes again."""
MOST_PACKAGES = 4_000
MOST_GROUPS = 10_000
MOST_PARTS = 10_000
NOTHING = 0
"""The number of what nobody states."""


@dataclass(frozen=True, slots=True)
class _Stand:
    """What one view asks of everybody; `number` is that of what its policies say of each other.

    `policies` are the numbers of those that are asked, and `readers` the places of those that can
    read a fact.
    `ties` are the places of policies that may bear on each other in a package, and `unstated` the
    numbers of all facts that it can read where nobody says anything.
    """

    entries: tuple[ViewEntry, ...]
    asked: tuple[Asked, ...]
    policies: tuple[int, ...]
    readers: Mapping[str, Sequence[int]]
    interactions: tuple[Interaction, ...]
    rulings: Rulings
    number: int
    ties: Sequence[Bits]
    unstated: Mapping[str, int]


class Judge:
    """Remembers each policy's outcome by the statements that it can read, whoever made them.

    So of a talent whose list has changed only those policies are judged that read the change, and
    a package is chosen only where what it is chosen from is another.
    """

    def __init__(self, vocabulary: Vocabulary, reads: Reads = reads_of) -> None:
        self._vocabulary = vocabulary
        self._reads = reads
        self._numbers = count(NOTHING + 1)
        self._entries: Remembered[tuple[ViewEntry, date], tuple[int, tuple[str, ...]]] = Remembered(
            MOST_ENTRIES
        )
        self._same: Remembered[tuple[object, ...], int] = Remembered(MOST_STATEMENTS)
        self._statements = Statements(vocabulary, MOST_SAID, self._number)
        self._alike = Alike(self._number)
        self._before: Remembered[str, Before] = Remembered(MOST_BEFORE)
        self._outcomes: Remembered[tuple[int, object], Judged] = Remembered(MOST_OUTCOMES)
        self._groups: Remembered[tuple[object, ...], Package] = Remembered(MOST_GROUPS)
        self._packages: Remembered[tuple[object, ...], Packed] = Remembered(MOST_PACKAGES)
        self._solved: Remembered[Puzzle, Solved] = Remembered(MOST_PARTS)
        self._stand: _Stand | None = None

    def answer(
        self, seen: Consolidated, facts: str, *, facts_version: int, whose: str = ""
    ) -> Answer:
        """What `assess` finds of the list that is kept as this text.

        What was found last for who is asked about is found at once where it rests on the same.
        """
        stand, day, moment = self._standing(seen.view), seen.view.valid_at, seen.view.known_at
        before = self._before.known(whose) or NOBODY
        statements = self._statements.of(facts, before.statements)
        known = [fact for each in statements for fact in each.known]
        person = person_of(select(known, day, moment))
        said = self._numbers_in(person.view, statements)
        kept = before.kept(said, stand.policies, stand.readers)
        today = _today(person.view, statements)
        by = Somebody(person, {**stand.unstated, **said}, {**stand.unstated, **today})
        judged = self._judged(stand.asked, kept, by)
        self._before.keep(whose, Before(statements, said, stand.policies, judged))
        bearings = [each.bearing for each in judged]
        package = self._package(stand, bearings, PROMISING)
        return Answer(
            basis=basis_of(seen, digest_at(moment, statements), facts_version, self._vocabulary),
            known_at=moment,
            asked=stand.asked,
            judged=judged,
            tell=partial(self._alike.tell, by=by),
            package=package,
            possible=possible(
                [each.outcome for each in bearings],
                package,
                lambda: self._package(stand, bearings, POSSIBLE),
            ),
        )

    def forget(self, whose: str) -> None:
        """Remember of nobody what was found for them last."""
        self._before.let_go(whose)

    def _standing(self, view: View) -> _Stand:
        """The same entries, known at another moment, ask the same."""
        stand = self._stand
        if stand is None or stand.entries is not view.entries:
            stand = self._stand = self._stand_of(view)
        return stand

    def _stand_of(self, view: View) -> _Stand:
        said = interactions_of(view)
        asked = tuple(map(partial(self._asked, view.valid_at), view.entries, view.ready()))
        between = ties_between([each.policy for each in view.entries], said)
        policies = tuple([each.number for each in asked])
        readers: dict[str, list[int]] = {}
        for place, each in enumerate(asked):
            for name in each.reads:
                readers.setdefault(name, []).append(place)
        return _Stand(
            entries=view.entries,
            asked=asked,
            policies=policies,
            readers=readers,
            interactions=said,
            rulings=rulings_of(view),
            number=self._number(view.valid_at, said, view.rulings),
            ties=[each.policies for each in between],
            unstated=dict.fromkeys(readers, NOTHING),
        )

    def _asked(self, day: date, entry: ViewEntry, ready: Ready) -> Asked:
        number, named = self._named(entry, day)
        reads = read_on(ready, named, self._vocabulary)
        conditions = tuple(conditions_of(ready, self._vocabulary))
        return Asked(number, reads, taking(reads), conditions, ready)

    def _named(self, entry: ViewEntry, day: date) -> tuple[int, tuple[str, ...]]:
        """A policy that stands as it did before has the number that it had, and reads the same."""
        return self._entries.found(
            (entry, day), lambda: (next(self._numbers), self._reads(entry, self._vocabulary))
        )

    def _number(self, *same: object) -> int:
        return self._same.found(same, lambda: next(self._numbers))

    def _numbers_in(self, view: FactView, statements: Sequence[Statement]) -> Numbers:
        """By the names of facts the numbers of what is stated of them."""
        numbers = numbers_in([each.numbers for each in statements])

        def number_of(several: Sequence[KnownFact]) -> int:
            return self._number(*[numbers[id(each)] for each in several])

        return {
            name: numbers[id(facts[0])] if len(facts) == 1 else number_of(facts)
            for name, facts in view.by_name.items()
        }

    def _judged(
        self, asked: Sequence[Asked], kept: Sequence[Judged | None], by: Somebody
    ) -> list[Judged]:
        """One for each policy."""
        return [known or self._one(each, by) for known, each in zip(kept, asked, strict=True)]

    def _one(self, asked: Asked, by: Somebody) -> Judged:
        return self._outcomes.found(
            (asked.number, asked.stated(by.numbers)),
            lambda: Judged(next(self._numbers), self._alike.bearing(asked, by)),
        )

    def _package(
        self, stand: _Stand, bearings: Sequence[Bearing], states: frozenset[State]
    ) -> Packed:
        """It is chosen from offers, by what was had before and what policies say of each other."""
        offering = [e.offering for e in bearings if e.outcome.offers and e.outcome.state in states]
        around = stand.number, tuple(dict.fromkeys([each.before for each in bearings]))
        return self._packages.found(
            (*around, states, tuple(offering)),
            lambda: self._packed(self._chosen(stand, bearings, states, around)),
        )

    def _chosen(
        self,
        stand: _Stand,
        bearings: Sequence[Bearing],
        states: frozenset[State],
        around: tuple[object, ...],
    ) -> Package:
        """Of policies that do not bear on others the best is remembered by what they offer."""

        def kept(group: Group, best: Callable[[], Package]) -> Package:
            offering = tuple([bearings[place].offering for place in group])
            return self._groups.found((*around, offering), best)

        return best_apart(
            [each.outcome for each in bearings],
            stand.interactions,
            states,
            stand.rulings,
            ties=stand.ties,
            solving=self._solved_before,
            kept=kept,
        )

    def _packed(self, package: Package) -> Packed:
        return Packed(package, self._alike.chosen)

    def _solved_before(self, puzzle: Puzzle) -> Solved:
        """Parts of a package that are the same numbers as another's are solved once."""
        if puzzle.programme is not None:
            return solved(puzzle)
        return self._solved.found(puzzle, lambda: solved(puzzle))


def _today(view: FactView, statements: Sequence[Statement]) -> Numbers:
    """By the names of facts the numbers of what is read of them on the day, if anything is."""
    numbers = numbers_in([each.read for each in statements])
    counting = {name: newest(facts, view.valid_at) for name, facts in view.by_name.items()}
    return {name: numbers[id(fact)] for name, fact in counting.items() if fact is not None}
