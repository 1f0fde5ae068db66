"""What rules an offer out whatever else is chosen: received before, held, or less preferred."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from services.policy.rules.amount import Term
from services.policy.rules.facts import Receipt
from services.policy.rules.interactions import (
    ChooseOne,
    Couple,
    CoupleRule,
    Exclusive,
    FirstMoneyOnly,
    Interaction,
    Once,
    Prefer,
    Preference,
)
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Pick, Target, picks
from services.policy.rules.receipts import named_by, own, still_counts
from services.policy.rules.relations import linked, one_purse, picked
from services.policy.rules.scene import Before, Scene
from services.policy.rules.shelf import Shelf

Rank: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """`had` is the policy whose money or benefit was had before, `by` an offer that goes first."""

    key: str
    interaction_id: str
    had: str | None = None
    by: str | None = None


def bars(scene: Scene) -> list[Bar]:
    return [bar for interaction in scene.interactions for bar in _bars(interaction, scene)]


def _bars(interaction: Interaction, scene: Scene) -> Iterator[Bar]:
    if isinstance(interaction, Prefer):
        yield from _less_preferred(interaction, scene.shelf)
        return
    if not any(person.anything for person in scene.everybody()):
        return
    for offer in linked(scene.shelf, interaction):
        had = _had(interaction, offer, scene)
        if had is not None:
            yield Bar(offer.key, interaction.stated.interaction_id, had=had)


def _had(interaction: Interaction, offer: Offer, scene: Scene) -> str | None:
    """The policy by which something was had that the interaction holds against the offer."""
    before = scene.before(offer)
    match interaction:
        case Once(members=members) if picked(members, offer):
            return _had_already(interaction, offer, before, scene.day)
        case FirstMoneyOnly(target=target, earlier=earlier) if picks(target, offer):
            return _received(earlier, offer, before.received) or _held(earlier, before)
        case ChooseOne(members=members, each_year=True) if picked(members, offer):
            this_year = [each for each in before.received if _in_year(each, scene.day)]
            return _received(members, offer, this_year)
        case ChooseOne(members=members) if picked(members, offer):
            return _held_elsewhere(members, offer, scene)
        case Exclusive(target=target, excludes=others):
            return _excluded_by_held(target, others, offer, scene)
        case Couple(rule=CoupleRule.ONE_ONLY | CoupleRule.HIGHER, members=members):
            spouse = before.background.spouse_received
            found = named_by(members, spouse) if picked(members, offer) else []
            return found[0].policy_id if found else None
        case _:
            return None


def _had_already(rule: Once, offer: Offer, before: Before, day: date) -> str | None:
    """What is still being paid out is not had a second time."""
    if is_paid_out(offer):
        return None
    counting = [each for each in before.received if still_counts(each, day, rule.years)]
    found = named_by(rule.members, counting)
    if found:
        return found[0].policy_id
    return _held(rule.members, before) if rule.years is None else None


def is_paid_out(offer: Offer) -> bool:
    """Whether a part was paid and more of the same sum is due."""
    worth = offer.worth
    parts = bool(worth.instalments) or worth.term is Term.STATED
    return worth.paid_fen > 0 and worth.most_fen > 0 and parts


def _received(members: Sequence[Pick], offer: Offer, found: Iterable[Receipt]) -> str | None:
    """Of another policy: what the same benefit paid does not stand against itself."""
    receipts = list(found)
    same = own(offer.policy_id, offer.benefit_id, offer.cost_item, receipts)
    others = [each for each in named_by(members, receipts) if each not in same]
    return others[0].policy_id if others else None


def _held(members: Iterable[Pick], before: Before) -> str | None:
    whole = [each for each in members if isinstance(each, Target) and each.benefit_id is None]
    return next((each.policy_id for each in whole if each.policy_id in before.held), None)


def _held_elsewhere(members: Sequence[Pick], offer: Offer, scene: Scene) -> str | None:
    """A held policy that is not on offer any more cannot be given up for another."""
    offered = {each.policy_id for each in scene.offers}
    others = [each for each in members if not picks(each, offer)]
    held = _held(others, scene.before(offer))
    return held if held is not None and held not in offered else None


def _excluded_by_held(
    target: Pick, others: Sequence[Pick], offer: Offer, scene: Scene
) -> str | None:
    if picks(target, offer):
        return _held_elsewhere(others, offer, scene)
    return _held_elsewhere((target,), offer, scene) if picked(others, offer) else None


def _in_year(receipt: Receipt, day: date) -> bool:
    """A receipt without a day may be of this year, and the stricter reading counts."""
    return receipt.paid_on is None or receipt.paid_on.year == day.year


def _less_preferred(prefer: Prefer, shelf: Shelf) -> Iterator[Bar]:
    members = shelf.among(prefer.members)
    for offer in members:
        rivals = [o for o in members if o.policy_id != offer.policy_id and one_purse(o, offer)]
        best = max(rivals, key=lambda each: _rank(prefer, each), default=None)
        if best is not None and _rank(prefer, best) > _rank(prefer, offer):
            yield Bar(offer.key, prefer.stated.interaction_id, by=best.key)


def _rank(prefer: Prefer, offer: Offer) -> Rank:
    return tuple(_measure(word, offer) for word in prefer.by)


def _measure(word: Preference, offer: Offer) -> int:
    """Newest by the day of issue, best by the whole value, highest by one payment."""
    match word:
        case Preference.NEWEST:
            published = offer.standing.published
            return 0 if published is None else published.toordinal()
        case Preference.BEST:
            return offer.counted_fen
        case Preference.HIGHEST:
            return offer.counted_fen // (offer.worth.counted_months or 1)
