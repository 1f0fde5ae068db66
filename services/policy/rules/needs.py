"""What an offer needs beside it: the base of a top-up or match, or what a text requires."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.policy.rules.interactions import Interaction, Match, Requires, TopUp
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Pick, Target
from services.policy.rules.receipts import named_by
from services.policy.rules.relations import one_purse
from services.policy.rules.scene import Before, Scene


@dataclass(frozen=True, slots=True)
class Need:
    """One of these must be chosen with the offer; several statements may ask for the same."""

    key: str
    one_of: frozenset[str]
    interaction_id: str


def needs(scene: Scene) -> list[Need]:
    return [*_bases_needed(scene), *_required(scene)]


def _bases_needed(scene: Scene) -> Iterator[Need]:
    """Any base of any statement is enough."""
    based: dict[str, list[TopUp | Match]] = {}
    for each in scene.interactions:
        if isinstance(each, Match) or (isinstance(each, TopUp) and not each.alone):
            for offer in scene.shelf.named(each.target):
                based.setdefault(offer.key, []).append(each)
    for offer in scene.offers:
        rules = based.get(offer.key, [])
        if rules:
            yield from _need(offer, [pick for r in rules for pick in r.bases], rules[0], scene)


def _required(scene: Scene) -> Iterator[Need]:
    for each in scene.interactions:
        if isinstance(each, Requires):
            for offer in scene.shelf.named(each.target):
                yield from _need(offer, each.needs, each, scene)


def _need(
    offer: Offer, wanted: Sequence[Pick], interaction: Interaction, scene: Scene
) -> Iterator[Need]:
    if _has(wanted, scene.before(offer)):
        return
    found = frozenset(
        other.key
        for other in scene.shelf.among(wanted)
        if other.key != offer.key and one_purse(other, offer)
    )
    yield Need(offer.key, found, interaction.stated.interaction_id)


def _has(wanted: Iterable[Pick], before: Before) -> bool:
    """Held, or received before."""
    named = list(wanted)
    held = any(isinstance(pick, Target) and pick.policy_id in before.held for pick in named)
    return held or bool(named_by(named, before.received))
