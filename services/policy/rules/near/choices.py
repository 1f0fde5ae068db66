"""What a fact could be instead for a policy, and what its conditions would then say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeAlias

from services.policy.rules.candidates import Would, is_for_all, would_turn
from services.policy.rules.facts import NOT_APPLICABLE
from services.policy.rules.leaves import as_codes
from services.policy.rules.near.places import EITHER, bits
from services.policy.rules.proof import LeafProof
from services.policy.rules.tree import Holds, Leaf
from services.policy.rules.trial import Change, Trial
from services.policy.rules.vocabulary import Vocabulary

Proofs: TypeAlias = Mapping[int, LeafProof]
"""By the identities of their conditions."""


class Option(NamedTuple):
    """A value by its number among all that are tried, and what would be said: bits under a mask."""

    number: int
    value: Would
    mask: int
    bits: int


class Told(NamedTuple):
    """All values that are tried, and those of them that are better than the ones before."""

    values: tuple[Would, ...]
    apart: tuple[Option, ...]


@dataclass(frozen=True)
class Choice:
    """A fact that a policy reads and that can change; `way` is its bit among the policy's facts.

    `wanted` are the bits that the policy can only gain by.
    """

    name: str
    way: int
    wanted: int
    asked: dict[int, Leaf]
    words: Vocabulary
    nobody: Trial
    _proofs: dict[Would, Proofs] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def mask(self) -> int:
        return sum(EITHER << place for place in self.asked)

    def told(self, trial: Trial) -> Told:
        """For one person; what is the same for all is worked out once."""
        return self._for_all if self.is_for_all(trial) else self._told(trial)

    def is_for_all(self, trial: Trial) -> bool:
        """Whether neither the values nor what they change hangs on this person."""
        return self._is_fixed and not (self.is_held and trial.had_none(self.name))

    def proofs(self, value: Would, changes: Sequence[Change], trial: Trial) -> Proofs:
        """Its conditions with the value, among the changes; where that is for all, proved once."""
        if self._is_fixed and not self.is_held:
            found = self._proofs.get(value)
            if found is None:
                found = self._proofs[value] = self._proved([(self.name, value)], self.nobody)
            return found
        return self._proved(changes, trial)

    def _proved(self, changes: Sequence[Change], trial: Trial) -> Proofs:
        return {id(leaf): trial.would(leaf, changes) for leaf in self.asked.values()}

    @cached_property
    def _is_fixed(self) -> bool:
        return all(map(is_for_all, self.asked.values()))

    @cached_property
    def is_held(self) -> bool:
        return any(isinstance(leaf, Holds) for leaf in self.asked.values())

    @cached_property
    def _for_all(self) -> Told:
        return self._told(self.nobody)

    def _told(self, trial: Trial) -> Told:
        values = self._values(trial)
        apart: list[Option] = []
        for number, value in enumerate(values):
            option = Option(number, value, *self._said(value, trial))
            if not any(self._is_as_good(each, option) for each in apart):
                apart.append(option)
        return Told(values, tuple(apart))

    def _is_as_good(self, one: Option, other: Option) -> bool:
        return one.mask == other.mask and not other.bits & ~one.bits & self.wanted

    def _said(self, value: Would, trial: Trial) -> tuple[int, int]:
        mask = said = 0
        for place, leaf in self.asked.items():
            if not _leaves_as_it_is(leaf, value, trial):
                mask |= EITHER << place
                said |= bits(trial.truth(leaf, self.name, value)) << place
        return mask, said

    def _values(self, trial: Trial) -> tuple[Would, ...]:
        """At the boundaries of the conditions; of several titles also all of them together."""
        asked = self.asked.values()
        found = [v for leaf in asked for v in would_turn(leaf, self.name, trial.view, self.words)]
        titles = sorted({leaf.codes[0] for leaf in asked if isinstance(leaf, Holds)})
        return tuple(dict.fromkeys([*found, tuple(titles)] if len(titles) > 1 else found))


def _leaves_as_it_is(leaf: Leaf, value: Would, trial: Trial) -> bool:
    """A title that is held besides changes nothing of what is said of others.

    Only of somebody of whom it was said before that none is held it says that this went on.
    """
    if not isinstance(leaf, Holds) or value is NOT_APPLICABLE or trial.had_none(leaf.fact):
        return False
    return leaf.covers.isdisjoint(as_codes(value))
