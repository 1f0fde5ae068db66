"""Judges talents one after the other, and anew only what rests on something that has changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import TypeAlias

from events.catalog.talent import Fact
from services.policy.entitlements.assess import Json, basis_of, canonical
from services.policy.entitlements.fact_list import typed
from services.policy.entitlements.judged import Judged, Packed, texts
from services.policy.entitlements.remembered import Remembered
from services.policy.policies.views import Consolidated
from services.policy.rules import (
    POSSIBLE,
    PROMISING,
    Interaction,
    State,
    View,
    Vocabulary,
    best_package,
    interactions_of,
)
from services.policy.rules import Fact as KnownFact
from services.policy.rules.evaluate import judge
from services.policy.rules.facts import FactView, select
from services.policy.rules.reads import reads_of
from services.policy.rules.view import ViewEntry

Numbers: TypeAlias = tuple[int, ...]

MOST_ENTRIES = 4_000
MOST_STATEMENTS = 200_000
MOST_OUTCOMES = 30_000
MOST_PACKAGES = 4_000
NOTHING = 0
"""The number of what nobody states."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A policy as it stands on the day, and which facts it can read."""

    number: int
    entry: ViewEntry
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Stand:
    """What one view asks of everybody."""

    view: View
    asked: tuple[_Asked, ...]
    interactions: tuple[Interaction, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What `assess` finds, in the words of its receipt; `outcome_digest` is the same, too."""

    basis: Json
    judged: tuple[Judged, ...]
    package: Packed
    possible: Packed | None
    known_at: datetime

    def outcome_digest(self) -> str:
        """Names what the talent would notice."""
        possible = self.possible and self.possible.noticed
        noticed = [[each.noticed for each in self.judged], self.package.noticed, possible]
        return hashlib.sha256(canonical(noticed)).hexdigest()

    def receipt(self) -> bytes:
        """The whole answer as canonical text."""
        return canonical(
            {
                **self.basis,
                "outcomes": texts(self.judged, self.known_at),
                "package": self.package.said,
                "possible_package": self.possible and self.possible.said,
            }
        )


class Judge:
    """Remembers each policy's outcome by the statements that it can read, whoever made them.

    So of a talent whose list has changed only those policies are judged that read the change, and
    packages are chosen only where what they are chosen from is another. The answer is the one
    that `assess` finds.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._new = count(NOTHING + 1)
        self._entries: Remembered[tuple[ViewEntry, date], _Asked] = Remembered(MOST_ENTRIES)
        self._statements: Remembered[tuple[object, ...], int] = Remembered(MOST_STATEMENTS)
        self._outcomes: Remembered[tuple[int, Numbers], Judged] = Remembered(MOST_OUTCOMES)
        self._packages: Remembered[tuple[object, ...], Packed] = Remembered(MOST_PACKAGES)
        self._stand: _Stand | None = None

    def answer(self, seen: Consolidated, facts: Sequence[Fact], *, facts_version: int) -> Answer:
        """Judge every policy of the view by these facts."""
        stand = self._standing(seen.view)
        known = select(typed(facts, self._vocabulary), seen.view.valid_at, seen.view.known_at)
        numbers = {name: self._number(name, said) for name, said in known.by_name.items()}
        judged = tuple([self._judged(each, numbers, known) for each in stand.asked])
        package = self._package(stand, judged, PROMISING)
        return Answer(
            basis=basis_of(seen, facts, facts_version, self._vocabulary),
            judged=judged,
            package=package,
            possible=self._possible(stand, judged, package),
            known_at=seen.view.known_at,
        )

    def _standing(self, view: View) -> _Stand:
        """A view that was only moved to another moment of knowing asks the same."""
        stand = self._stand
        if stand is None or stand.view.entries is not view.entries:
            stand = self._stand = self._stand_of(view)
        return stand

    def _stand_of(self, view: View) -> _Stand:
        said = interactions_of(view)
        asked = tuple(
            self._entries.found((each, view.valid_at), lambda: self._asked(each))
            for each in view.entries
        )
        number = self._statements.found(("view", said, view.valid_at), lambda: next(self._new))
        return _Stand(view, asked, said, number)

    def _asked(self, entry: ViewEntry) -> _Asked:
        return _Asked(next(self._new), entry, reads_of(entry, self._vocabulary))

    def _number(self, name: str, said: Sequence[KnownFact]) -> int:
        """One for all who state the same; when they did shows nowhere in an outcome."""
        same = tuple(
            (each.value, each.source, each.valid_from, each.valid_to, each.document)
            for each in said
        )
        return self._statements.found((name, same), lambda: next(self._new))

    def _judged(self, asked: _Asked, numbers: dict[str, int], known: FactView) -> Judged:
        read = tuple([numbers.get(name, NOTHING) for name in asked.reads])
        return self._outcomes.found((asked.number, read), lambda: self._anew(asked, known))

    def _anew(self, asked: _Asked, known: FactView) -> Judged:
        entry = asked.entry
        outcome = judge(entry.policy, known, ended=entry.ended, also=entry.also)
        return Judged(next(self._new), outcome)

    def _possible(
        self, stand: _Stand, judged: Sequence[Judged], package: Packed
    ) -> Packed | None:
        """What could be had if every missing fact turned out well; see `assess`."""
        missing = [each for each in judged if each.outcome.state is State.UNDETERMINED]
        if not missing:
            return None
        if not any(each.outcome.offers for each in missing):
            return package
        return self._package(stand, judged, POSSIBLE)

    def _package(
        self, stand: _Stand, judged: Sequence[Judged], states: frozenset[State]
    ) -> Packed:
        """It is chosen from the offers, by what was had before and what the policies say."""
        offering = tuple(
            [e.number for e in judged if e.outcome.offers and e.outcome.state in states]
        )
        before = tuple(dict.fromkeys([each.before for each in judged]))
        return self._packages.found(
            (stand.number, states, offering, before),
            lambda: Packed(
                best_package([each.outcome for each in judged], stand.interactions, states)
            ),
        )
