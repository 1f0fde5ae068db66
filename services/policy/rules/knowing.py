"""What each missing fact is worth: alone, and when everything else turns out well."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from services.policy.rules.interactions import Interaction
from services.policy.rules.outcome import Offer, Outcome, State
from services.policy.rules.package import POSSIBLE, best_package
from services.policy.rules.rulings import NO_RULINGS, Rulings


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
    """Every missing fact of what is within reach, the one worth most first."""
    found, said = list(outcomes), list(interactions)

    def worth(known: frozenset[str]) -> int:
        """The best package when just these turn out well and nothing else is counted on."""
        within = [_as_if(outcome, known) for outcome in found if _is_within(outcome, known)]
        return best_package(within, said, POSSIBLE, rulings).most_fen

    names = sorted(set(_missing(found)))
    everything = frozenset(names)
    most, least = worth(everything), worth(frozenset())
    worths = [
        FactWorth(
            name=name,
            alone_fen=worth(frozenset({name})) - least,
            with_others_fen=most - worth(everything - {name}),
        )
        for name in names
    ]
    return tuple(sorted(worths, key=lambda e: (-e.with_others_fen, -e.alone_fen, e.name)))


def _missing(outcomes: Iterable[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        if outcome.state is State.UNDETERMINED:
            yield from outcome.missing
        for offer in outcome.offers:
            yield from offer.worth.missing


def _is_within(outcome: Outcome, known: frozenset[str]) -> bool:
    return outcome.state is not State.UNDETERMINED or set(outcome.missing) <= known


def _as_if(outcome: Outcome, known: frozenset[str]) -> Outcome:
    return replace(outcome, offers=tuple(_counted(offer, known) for offer in outcome.offers))


def _counted(offer: Offer, known: frozenset[str]) -> Offer:
    """A sum that still hangs on something else counts for nothing."""
    if set(offer.worth.missing) <= known:
        return offer
    return replace(offer, worth=replace(offer.worth, most_fen=0, least_fen=0))
