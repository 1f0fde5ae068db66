"""Conditions that many are asked: proved, and put into words, once for all who state the same."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import TypeAlias

from services.policy.entitlements.assess import canonical
from services.policy.remembered import Texts
from services.policy.rules import Outcome
from services.policy.rules.bulk.walk import leaves_of
from services.policy.rules.evaluate import Person
from services.policy.rules.facts import FactView
from services.policy.rules.kleene import Truth
from services.policy.rules.leaves import prove_leaf
from services.policy.rules.proof import LeafProof, Way, missing_of
from services.policy.rules.prove import truth_in
from services.policy.rules.reads import facts_named, reads_the_day
from services.policy.rules.ready import Ready
from services.policy.rules.render import render_leaf
from services.policy.rules.tree import Leaf, Unseen
from services.policy.rules.vocabulary import Vocabulary

Numbers: TypeAlias = Mapping[str, int]
"""By the names of facts, the numbers of what somebody states; equal statements have one."""
Take: TypeAlias = Callable[[Numbers], object]
Stands: TypeAlias = bool | Way
"""Whether somebody meets a condition, or what is missing to tell."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`stated` takes the numbers of all that it can read; of today where it `reads_the_day`."""

    leaf: Leaf
    stated: Take
    reads_the_day: bool


@dataclass(frozen=True, slots=True)
class Proved:
    """A condition as somebody stands to it, and that in words."""

    proof: LeafProof
    stands: Stands
    words: bytes


Group: TypeAlias = tuple[int, tuple[Stands, ...]]
"""All who stand to the conditions of a policy alike: its number, and how."""
Stood: TypeAlias = tuple[Group, list[Proved]]


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who is asked on a day, by which numbers, and what was found of them so far.

    `today` are the numbers of what counts on the day. `proved` goes by the identities of
    conditions, `stood` and `outcomes` by the numbers of policies.
    """

    person: Person
    numbers: Numbers
    today: Numbers
    proved: dict[int, Proved] = field(default_factory=dict)
    stood: dict[int, Stood] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)


class Conditions:
    """Remembers proofs of conditions, by what they read.

    Of more than so many it knows none any longer: each is proved anew in no time.
    """

    def __init__(self, most: int, texts: Texts) -> None:
        self._most = most
        self._texts = texts
        self._proved: dict[tuple[int, date, object], Proved] = {}

    def prove(self, asked: Sequence[Condition], by: Somebody) -> list[Proved]:
        """How somebody stands to each."""
        known = by.proved
        return [known.get(id(each.leaf)) or self._prove(each, by) for each in asked]

    def _prove(self, asked: Condition, by: Somebody) -> Proved:
        # Its proof keeps the condition, so that its identity names no other one meanwhile.
        stated = asked.stated(by.today if asked.reads_the_day else by.numbers)
        key = id(asked.leaf), by.person.view.valid_at, stated
        proved = self._proved.get(key)
        if proved is None:
            if len(self._proved) > self._most:
                self._proved.clear()
            proved = self._proved[key] = self._new(asked.leaf, by.person.view)
        by.proved[id(asked.leaf)] = proved
        by.person.view.proofs[id(asked.leaf)] = proved.proof
        return proved

    def _new(self, leaf: Leaf, view: FactView) -> Proved:
        proof = prove_leaf(leaf, view, truth_in)
        is_open = proof.truth is Truth.UNKNOWN
        stands = missing_of(proof) if is_open else proof.truth is Truth.TRUE
        (words,) = self._texts.shared([canonical(render_leaf(proof, {}))])
        return Proved(proof, stands, words)


def conditions_of(asked: Ready, vocabulary: Vocabulary) -> Iterator[Condition]:
    """None where a policy is out of the question for everybody, or what it asks was not seen."""
    if asked.obstacle is None and not isinstance(asked.criteria, Unseen):
        for leaf in leaves_of(asked.criteria):
            stated = taking(sorted(facts_named(leaf, vocabulary)))
            yield Condition(leaf, stated, reads_the_day(leaf))


def taking(names: Sequence[str]) -> Take:
    """What takes the numbers of these facts, of which each must have one."""
    return itemgetter(*names) if names else _nothing


def _nothing(_: Numbers) -> object:
    return ()
