"""Policies that may bear on each other: what one cluster pays never depends on another."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeAlias

from services.policy.rules.interactions import Interaction
from services.policy.rules.leaders import leaders_of
from services.policy.rules.outcome import Outcome
from services.policy.rules.relations import linked
from services.policy.rules.shelf import Shelf

Cluster: TypeAlias = tuple[int, ...]
"""The places of its outcomes."""


def clusters_of(
    outcomes: Sequence[Outcome], interactions: Iterable[Interaction]
) -> tuple[Cluster, ...]:
    """Whatever of their offers counts: fewer offers tie no policies that all of them do not."""
    led = leaders_of(range(len(outcomes)), _ties(outcomes, interactions))
    clusters: dict[int, list[int]] = {}
    for place, outcome in enumerate(outcomes):
        if outcome.offers:
            clusters.setdefault(led[place], []).append(place)
    return tuple(tuple(each) for each in clusters.values())


def _ties(
    outcomes: Sequence[Outcome], interactions: Iterable[Interaction]
) -> Iterator[Sequence[int]]:
    shelf = Shelf(tuple(offer for outcome in outcomes for offer in outcome.offers))
    places = {o.key: place for place, outcome in enumerate(outcomes) for o in outcome.offers}
    for interaction in interactions:
        yield [places[offer.key] for offer in linked(shelf, interaction)]
    yield from _alike(outcomes)


def _alike(outcomes: Iterable[Outcome]) -> Iterator[Sequence[int]]:
    """What may be one text under two names, or one policy given twice."""
    named: dict[Hashable, list[int]] = {}
    for place, outcome in enumerate(outcomes):
        for offer in outcome.offers:
            text = offer.standing
            for name in (("", offer.policy_id), (text.title, text.published)):
                named.setdefault(name, []).append(place)
            if text.doc_no is not None:
                named.setdefault(text.doc_no, []).append(place)
    yield from named.values()
