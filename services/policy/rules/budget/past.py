"""What bears on a choice besides the offers: what was had before, and the sums that limit."""

from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from operator import or_

import numpy as np

from services.policy.rules.budget.choosing import NOTHING_HAD, Had
from services.policy.rules.budget.crowd import Crowd
from services.policy.rules.budget.reach import read_for
from services.policy.rules.budget.records import NOTHING, Records, enjoyed_by, receipts_of
from services.policy.rules.budget.ties import picks_in
from services.policy.rules.bulk.bits import Bits, Flags, among
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.bulk.states import States
from services.policy.rules.held import POLICIES_HELD, held_policies
from services.policy.rules.interactions import Interaction
from services.policy.rules.offers import background_of, with_sums
from services.policy.rules.ready import limiting_facts
from services.policy.rules.receipts import RECEIPTS, SPOUSE_RECEIPTS
from services.policy.rules.view import View

_UNREAD = np.int64(np.iinfo(np.int64).min)


class Past:
    """What these people had before, looked up by what texts say of it."""

    def __init__(self, crowd: Crowd, view: View, states: Mapping[str, States]) -> None:
        self._crowd, self._view, self._states = crowd, view, states
        self._read: dict[str, Flags] = {}
        self._concerned: dict[str, Sequence[Flags]] = {}
        self._known: dict[tuple[int, ...], Had] = {}

    @cached_property
    def received(self) -> Records:
        return receipts_of(self._crowd, RECEIPTS)

    @cached_property
    def _spouses(self) -> Records:
        return receipts_of(self._crowd, SPOUSE_RECEIPTS)

    @cached_property
    def _held(self) -> Records:
        return enjoyed_by(self._crowd)

    def bearing(self, said: Sequence[Interaction], people: Numbers) -> list[Numbers]:
        """Columns in which people differ who may be answered differently by these texts."""
        having = np.flatnonzero(among(self._anything, people))
        had = self._had(said, people.take(having)) if said and having.size else []
        limits = [self._limiting(fact, people) for fact in limiting_facts(said)]
        return [*(_put(each, having, len(people)) for each in had), *limits]

    def _had(self, said: Sequence[Interaction], people: Numbers) -> list[Numbers]:
        """Columns for people who had anything before: what of it these texts speak of."""
        touched = [self._touched(each) for each in said]
        found = [
            records.bearing(np.logical_or.reduce(concerned), people)
            for records, concerned in zip(self._records, zip(*touched, strict=True), strict=True)
        ]
        return [each for each in found if each is not None]

    def of(
        self, person: int, said: Sequence[Interaction], before: Sequence[Numbers], row: int
    ) -> Had:
        """`before` is what bears on these texts, and in its rows the person stands there."""
        limits = limiting_facts(said)
        if not limits and all(column[row] == NOTHING for column in before):
            return NOTHING_HAD
        if limits:
            return self._read_of(person, limits)
        records = tuple(int(each.of[person]) for each in self._records)
        if records not in self._known:
            self._known[records] = self._read_of(person, limits)
        return self._known[records]

    def _read_of(self, person: int, limits: Sequence[str]) -> Had:
        facts = frozenset({RECEIPTS, SPOUSE_RECEIPTS, POLICIES_HELD, *limits})
        view = self._crowd.person(person, facts)
        read = [fact for fact in limits if self._is_read(fact)[person]]
        return Had(held_policies(view), with_sums(background_of(view), read, view))

    @cached_property
    def _anything(self) -> Bits:
        """Who had anything before, whatever texts say of it."""
        return reduce(or_, (each.some for each in self._records))

    @property
    def _records(self) -> tuple[Records, Records, Records]:
        return self.received, self._spouses, self._held

    def _touched(self, said: Interaction) -> Sequence[Flags]:
        """The records of which a text speaks."""
        name = said.stated.interaction_id
        if name not in self._concerned:
            picks = list(picks_in(said))
            self._concerned[name] = [each.concerned(picks) for each in self._records]
        return self._concerned[name]

    def _limiting(self, fact: str, people: Numbers) -> Numbers:
        said = self._crowd.said(fact)[people]
        found: Numbers = np.where(self._is_read(fact)[people], said, _UNREAD)
        return found

    def _is_read(self, fact: str) -> Flags:
        """Sums are known where a policy that limits something by them is judged."""
        if fact not in self._read:
            reading = [
                (entry, self._states[entry.policy.policy_id])
                for entry in self._view.entries
                if fact in limiting_facts(entry.policy.interactions)
            ]
            self._read[fact] = read_for(reading, self._view.valid_at, self._crowd.count)
        return self._read[fact]


def _put(had: Numbers, places: Numbers, count: int) -> Numbers:
    """What people in these places had, in a column for so many; all others had nothing."""
    found = np.full(count, NOTHING, dtype=had.dtype)
    found[places] = had
    return found
