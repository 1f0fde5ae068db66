"""What keeps an offer out of the package: a chosen one, something had before, a base it lacks."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.policy.rules.choice import Ground, Part
from services.policy.rules.interactions import Slots
from services.policy.rules.netting import Netted
from services.policy.rules.outcome import Offer
from services.policy.rules.relations import linked, slot_of, takes_a_slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """`by` is a chosen offer, `had` a policy had before; neither: the base it needs is missing."""

    interaction_id: str
    by: str | None
    had: str | None = None


def blockers(offer: Offer, part: Part, on: Ground) -> tuple[Blocker, ...]:
    """What forbids it; where nothing does, what would pay less beside it."""
    found = [*_by_clash(offer, part, on), *_by_bar(offer, on), *_by_need(offer, part, on)]
    found += _by_slots(offer, part)
    found = found or list(_by_sums(offer, part))
    unique = {(each.interaction_id, each.by or "", each.had or ""): each for each in found}
    return tuple(unique[name] for name in sorted(unique))


def _by_clash(offer: Offer, part: Part, on: Ground) -> Iterator[Blocker]:
    chosen = {each.key for each in part.chosen}
    for clash in on.against:
        if offer.key in (clash.one, clash.other):
            other = clash.other if clash.one == offer.key else clash.one
            if other in chosen:
                yield Blocker(interaction_id=clash.interaction_id, by=other)


def _by_bar(offer: Offer, on: Ground) -> Iterator[Blocker]:
    for bar in on.bars:
        if bar.key == offer.key:
            yield Blocker(interaction_id=bar.interaction_id, by=bar.by, had=bar.had)


def _by_need(offer: Offer, part: Part, on: Ground) -> Iterator[Blocker]:
    chosen = {each.key for each in part.chosen}
    for need in on.needs:
        if need.key == offer.key and not need.one_of & chosen:
            yield Blocker(interaction_id=need.interaction_id, by=None)


def _by_slots(offer: Offer, part: Part) -> Iterator[Blocker]:
    """The chosen ones that take up the slots it would need."""
    item = part.offers.index(offer)
    if part.puzzle.slots_kept(part.best.chosen | 1 << item):
        return
    for rule in part.interactions:
        if isinstance(rule, Slots) and takes_a_slot(rule, offer):
            for other in part.chosen:
                if takes_a_slot(rule, other) and slot_of(rule, other) == slot_of(rule, offer):
                    yield Blocker(interaction_id=rule.stated.interaction_id, by=other.key)


def _by_sums(offer: Offer, part: Part) -> Iterator[Blocker]:
    for rule in part.interactions:
        if isinstance(rule, Netted) and offer in linked(part.shelf, rule):
            for other in part.chosen_of(linked(part.shelf, rule)):
                yield Blocker(interaction_id=rule.stated.interaction_id, by=other.key)
