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
    ExcludedIfHeld,
    Exclusive,
    FirstMoneyOnly,
    Interaction,
    Once,
    Prefer,
    Preference,
    Reach,
)
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Pick, Target, picks
from services.policy.rules.receipts import named_by, own, still_counts
from services.policy.rules.relations import linked, one_purse, picked
from services.policy.rules.scene import Before, Scene
from services.policy.rules.shelf import Shelf
from services.policy.rules.tree import Tenure

Rank: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """`had` is the policy whose money or benefit was had before, `by` an offer that goes first.

    `received` is the money, where it is money that stands against the offer.
    """

    key: str
    interaction_id: str
    had: str | None = None
    by: str | None = None
    received: Receipt | None = None


@dataclass(frozen=True, slots=True)
class _Had:
    policy_id: str
    received: Receipt | None = None


def bars(scene: Scene) -> list[Bar]:
    """Everything that stands against an offer, even where one of it would be enough."""
    had = any(person.anything for person in scene.everybody())
    bearing = [each for each in scene.interactions if had or isinstance(each, Prefer)]
    return [bar for interaction in bearing for bar in _bars(interaction, scene)]


def each_said_once(found: Iterable[Bar]) -> tuple[Bar, ...]:
    """Of what one statement holds against one offer the first."""
    first: dict[tuple[str, str], Bar] = {}
    for each in found:
        first.setdefault((each.key, each.interaction_id), each)
    return tuple(first.values())


def _bars(interaction: Interaction, scene: Scene) -> Iterator[Bar]:
    name = interaction.stated.interaction_id
    if isinstance(interaction, Prefer):
        yield from _less_preferred(interaction, scene.shelf)
        return
    for offer in linked(scene.shelf, interaction):
        if not _is_meant(interaction, offer):
            continue
        for had in _had(interaction, offer, scene):
            yield Bar(offer.key, name, had=had.policy_id, received=had.received)


def _is_meant(interaction: Interaction, offer: Offer) -> bool:
    stated = interaction.stated
    return stated.reach is not Reach.OWN or offer.issuer == stated.issuer


def _had(interaction: Interaction, offer: Offer, scene: Scene) -> Iterator[_Had]:
    """All that was had and that the interaction holds against the offer."""
    before = scene.before(offer)
    match interaction:
        case Once(members=members) if picked(members, offer):
            yield from _had_already(interaction, offer, before, scene.day)
        case FirstMoneyOnly(target=target, earlier=earlier) if picks(target, offer):
            yield from _received(earlier, offer, before.received)
            yield from _held(earlier, before)
        case ChooseOne(members=members, each_year=True) if picked(members, offer):
            this_year = [each for each in before.received if _in_year(each, scene.day)]
            yield from _received(members, offer, this_year)
        case ChooseOne(members=members) if picked(members, offer):
            yield from _held_elsewhere(members, offer, scene)
        case Exclusive(target=target, excludes=others):
            yield from _excluded_by_held(target, others, offer, scene)
        case ExcludedIfHeld(beside=beside, tenure=tenure):
            if offer.policy_id == interaction.stated.policy_id:
                yield from _held_in_term_or_ever(beside, tenure, before)
        case Couple(rule=CoupleRule.ONE_ONLY | CoupleRule.HIGHER, members=members):
            if picked(members, offer):
                yield from _paid(named_by(members, before.background.spouse_received))
        case _:
            return


def _had_already(rule: Once, offer: Offer, before: Before, day: date) -> Iterator[_Had]:
    """What is still being paid out is not had a second time."""
    if is_paid_out(offer):
        return
    counting = [each for each in before.received if still_counts(each, day, rule.years)]
    yield from _paid(named_by(rule.members, counting))
    if rule.years is None:
        yield from _held(rule.members, before)


def is_paid_out(offer: Offer) -> bool:
    """Whether a part was paid and more of the same sum is due."""
    worth = offer.worth
    parts = bool(worth.instalments) or worth.term is Term.STATED
    return worth.paid_fen > 0 and worth.most_fen > 0 and parts


def _paid(receipts: Iterable[Receipt]) -> Iterator[_Had]:
    return (_Had(each.policy_id, each) for each in receipts)


def _received(members: Sequence[Pick], offer: Offer, found: Iterable[Receipt]) -> Iterator[_Had]:
    """Of another policy: what the same benefit paid does not stand against itself."""
    receipts = list(found)
    same = own(offer.policy_id, offer.benefit_id, offer.cost_item, receipts)
    return _paid(each for each in named_by(members, receipts) if each not in same)


def _held(members: Iterable[Pick], before: Before) -> Iterator[_Had]:
    whole = [each for each in members if isinstance(each, Target) and each.benefit_id is None]
    return (_Had(each.policy_id) for each in whole if each.policy_id in before.held)


def _held_elsewhere(members: Sequence[Pick], offer: Offer, scene: Scene) -> Iterator[_Had]:
    """A held policy that is not on offer any more cannot be given up for another."""
    spouse = offer.standing.spouse
    offered = {each.policy_id for each in scene.offers if each.standing.spouse == spouse}
    others = [each for each in members if not picks(each, offer)]
    for held in _held(others, scene.before(offer)):
        if held.policy_id not in offered:
            yield held


def _excluded_by_held(
    target: Pick, others: Sequence[Pick], offer: Offer, scene: Scene
) -> Iterator[_Had]:
    if picks(target, offer):
        yield from _held_elsewhere(others, offer, scene)
    elif picked(others, offer):
        yield from _held_elsewhere((target,), offer, scene)


def _held_in_term_or_ever(
    beside: Iterable[Target], tenure: Tenure, before: Before
) -> Iterator[_Had]:
    held = before.held if tenure is Tenure.IN_TERM else before.ever_held
    return (_Had(each.policy_id) for each in beside if each.policy_id in held)


def _in_year(receipt: Receipt, day: date) -> bool:
    """A receipt without a day may be of this year, and the stricter reading counts."""
    return receipt.paid_on is None or receipt.paid_on.year == day.year


def _less_preferred(prefer: Prefer, shelf: Shelf) -> Iterator[Bar]:
    """By every offer that goes before it, the first of them first."""
    members = [each for each in shelf.among(prefer.members) if _is_meant(prefer, each)]
    ranks = {each.key: _rank(prefer, each) for each in members}
    for offer in members:
        rivals = [o for o in members if o.policy_id != offer.policy_id and one_purse(o, offer)]
        for rival in sorted(rivals, key=lambda each: ranks[each.key], reverse=True):
            if ranks[rival.key] > ranks[offer.key]:
                yield Bar(offer.key, prefer.stated.interaction_id, by=rival.key)


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
