"""What an offer needs beside it: the base of a top-up or match, or what a text requires."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.policy.rules.interactions import Interaction, Match, Requires, TopUp
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Pick, Target
from services.policy.rules.receipts import named_by
from services.policy.rules.relations import one_purse, picked, picks
from services.policy.rules.scene import Before, Scene


@dataclass(frozen=True, slots=True)
class Need:
    """One of these must be chosen with the offer; several statements may ask for the same."""

    key: str
    one_of: frozenset[str]
    interaction_id: str


def needs(scene: Scene) -> list[Need]:
    return [need for offer in scene.offers for need in _needs(offer, scene)]


def _needs(offer: Offer, scene: Scene) -> Iterator[Need]:
    based = [each for each in scene.interactions if _needs_base(each, offer)]
    if based:
        bases = [pick for each in based for pick in _bases(each)]
        yield from _need(offer, bases, based[0], scene)
    for each in scene.interactions:
        if isinstance(each, Requires) and picks(each.target, offer):
            yield from _need(offer, each.needs, each, scene)


def _needs_base(interaction: Interaction, offer: Offer) -> bool:
    """Any base of any statement is enough."""
    match interaction:
        case TopUp(target=target, alone=False) | Match(target=target):
            return picks(target, offer)
        case _:
            return False


def _bases(interaction: Interaction) -> tuple[Pick, ...]:
    return interaction.bases if isinstance(interaction, TopUp | Match) else ()


def _need(
    offer: Offer, wanted: Sequence[Pick], interaction: Interaction, scene: Scene
) -> Iterator[Need]:
    if _has(wanted, scene.before(offer)):
        return
    others = [o for o in scene.offers if o.key != offer.key and one_purse(o, offer)]
    found = frozenset(each.key for each in others if picked(wanted, each))
    yield Need(offer.key, found, interaction.stated.interaction_id)


def _has(wanted: Iterable[Pick], before: Before) -> bool:
    """Held, or received before."""
    named = list(wanted)
    held = any(isinstance(pick, Target) and pick.policy_id in before.held for pick in named)
    return held or bool(named_by(named, before.received))
