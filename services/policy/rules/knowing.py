"""What each missing fact is worth: alone, and when everything else turns out well."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from msgspec import structs

from services.policy.rules.clusters import Cluster, clusters_of
from services.policy.rules.interactions import Interaction
from services.policy.rules.outcome import Offer, Outcome, State
from services.policy.rules.package import POSSIBLE, most_of
from services.policy.rules.rulings import NO_RULINGS, Rulings
from services.policy.rules.verdict import facts_in

Names: TypeAlias = frozenset[str]
Opened: TypeAlias = Names | None
"""The offers of an outcome whose sums count; none where it is not within reach at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWorth:
    """By how much the package grows if this turns out well.

    `alone_fen` if nothing else that is missing does, `with_others_fen` if everything else does.
    """

    name: str
    alone_fen: int
    with_others_fen: int


def fact_worths(
    outcomes: Iterable[Outcome],
    interactions: Iterable[Interaction],
    rulings: Rulings = NO_RULINGS,
) -> tuple[FactWorth, ...]:
    """Every missing fact of what is within reach, the one worth most first.

    What a person must check is taken to turn out well: nobody can state it about themselves.
    """
    worth = _Worth(outcomes, interactions, rulings)
    everything: Names = frozenset(worth.missing)
    most, least = worth.when(everything), worth.when(frozenset())
    worths = [
        FactWorth(
            name=name,
            alone_fen=worth.when(frozenset({name})) - least,
            with_others_fen=most - worth.when(everything - {name}),
        )
        for name in sorted(everything)
    ]
    return tuple(sorted(worths, key=lambda e: (-e.with_others_fen, -e.alone_fen, e.name)))


class _Worth:
    """The best package by what is known; what opens the same of a cluster is asked for once."""

    def __init__(
        self, outcomes: Iterable[Outcome], interactions: Iterable[Interaction], rulings: Rulings
    ) -> None:
        self._outcomes = list(outcomes)
        self._rulings = rulings
        self._interactions: Sequence[Interaction] = list(interactions)
        self._empty = [structs.replace(each, offers=()) for each in self._outcomes]
        self._clusters = clusters_of(self._outcomes, self._interactions)
        self._found: dict[tuple[Cluster, tuple[Opened, ...]], int] = {}
        self.missing: Names = frozenset(_missing(self._outcomes))

    def when(self, known: Names) -> int:
        """What it pays when just these turn out well and of the rest nothing is counted on."""
        return sum(self._of(cluster, known) for cluster in self._clusters)

    def _of(self, cluster: Cluster, known: Names) -> int:
        opened = tuple(_opened(self._outcomes[place], known) for place in cluster)
        if (cluster, opened) not in self._found:
            as_if = self._as_if(cluster, opened)
            self._found[cluster, opened] = most_of(
                as_if, self._interactions, POSSIBLE, self._rulings
            )
        return self._found[cluster, opened]

    def _as_if(self, cluster: Cluster, opened: tuple[Opened, ...]) -> list[Outcome]:
        """What is out of reach still says what the talent had before."""
        outcomes = list(self._empty)
        for place, offers in zip(cluster, opened, strict=True):
            if offers is not None:
                outcomes[place] = _with(self._outcomes[place], offers)
        return outcomes


def _missing(outcomes: Iterable[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        if outcome.state is State.UNDETERMINED:
            yield from outcome.missing
        for offer in outcome.offers:
            yield from _asked(offer)


def _asked(offer: Offer) -> tuple[str, ...]:
    return facts_in(frozenset(offer.worth.missing))


def _opened(outcome: Outcome, known: Names) -> Opened:
    if outcome.state is State.UNDETERMINED and not set(outcome.missing) <= known:
        return None
    return frozenset(offer.key for offer in outcome.offers if set(_asked(offer)) <= known)


def _with(outcome: Outcome, opened: Names) -> Outcome:
    return structs.replace(outcome, offers=tuple(_counted(each, opened) for each in outcome.offers))


def _counted(offer: Offer, opened: Names) -> Offer:
    """A sum that still hangs on something else counts for nothing."""
    if offer.key in opened:
        return offer
    worth = structs.replace(offer.worth, most_fen=0, least_fen=0)
    return structs.replace(offer, worth=worth)
