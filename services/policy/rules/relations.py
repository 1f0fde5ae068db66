"""Interactions read against actual offers: which pairs cannot stand together, and who says so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple, TypeAlias

from services.policy.rules.amount import Subject
from services.policy.rules.interactions import (
    Alike,
    Cap,
    ChooseOne,
    Couple,
    CoupleRule,
    DeductPrior,
    ExcludedIfHeld,
    Exclusive,
    FirstMoneyOnly,
    Highest,
    Interaction,
    Match,
    Once,
    OneLevel,
    Prefer,
    Reach,
    Requires,
    Slots,
    Stated,
    Terminates,
    Tie,
    Together,
    TopUp,
)
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Pick, Pickable, Target, picks
from services.policy.rules.shelf import Shelf

HOUSEHOLD = "household"
"""Stands for the interaction where a household's benefit is offered to both of a couple."""

Pair: TypeAlias = tuple[Offer, Offer]


class Clash(NamedTuple):
    """Two offers that cannot stand together, and the interaction that says so.

    It is doubtful where the text leaves open whether other bodies' benefits are meant.
    """

    one: str
    other: str
    interaction_id: str
    doubtful: bool = False


def picked(members: Iterable[Pick], offer: Pickable) -> bool:
    return any(picks(pick, offer) for pick in members)


def clashes(shelf: Shelf, interactions: Iterable[Interaction]) -> frozenset[Clash]:
    found: set[Clash] = set()
    for interaction in interactions:
        stated = interaction.stated
        name, binds_all = stated.interaction_id, stated.reach is Reach.ALL
        for one, other in pairs(interaction, shelf):
            if binds_all:
                found.add(_clash(one, other, name, doubtful=False))
            elif _both_own(stated, one, other) or stated.reach is Reach.NOT_SEEN:
                found.add(_clash(one, other, name, doubtful=not _both_own(stated, one, other)))
    found |= set(_once_for_a_household(shelf.offers, interactions))
    return frozenset(found)


def pairs(interaction: Interaction, shelf: Shelf) -> Iterator[Pair]:
    """Pairs that the interaction forbids, before its reach is looked at."""
    if isinstance(interaction, Couple):
        yield from _between_spouses(interaction, shelf)
        return
    for one, other in _forbidden(interaction, shelf):
        if one.key != other.key and one_purse(one, other):
            yield one, other


def one_purse(one: Offer, other: Offer) -> bool:
    """What one person has does not bear on what the other of a couple has for themselves."""
    ones, others = one.standing, other.standing
    own = ones.spouse == others.spouse
    return own or Subject.HOUSEHOLD == ones.subject == others.subject


def linked(shelf: Shelf, interaction: Interaction) -> list[Offer]:
    """The offers an interaction ties together, so that they must be decided together."""
    return shelf.among(members_of(interaction))


def members_of(interaction: Interaction) -> tuple[Pick, ...]:
    match interaction:
        case TopUp():
            return (interaction.target, *interaction.bases, *interaction.net_of)
        case Match(target=target, bases=others):
            return (target, *others)
        case DeductPrior(target=target, members=others):
            return (target, *others)
        case Requires(target=target, needs=others):
            return (target, *others)
        case ChooseOne() | Highest() | Cap() | Slots() | OneLevel() | Prefer() | Once() | Couple():
            return interaction.members
        case Exclusive(target=target, excludes=others):
            return (target, *others)
        case Terminates(target=target, ends=others) | Together(target=target, others=others):
            return (target, *others)
        case FirstMoneyOnly(target=target):
            return (target,)
        case ExcludedIfHeld(beside=beside, stated=stated):
            return (Target(stated.policy_id), *beside) if beside and stated.policy_id else ()
        case _:
            return ()


def _forbidden(interaction: Interaction, shelf: Shelf) -> Iterator[Pair]:
    match interaction:
        case Exclusive(target=target, excludes=others) | Terminates(target=target, ends=others):
            if own := _grouped(target, shelf):
                for pick in others:
                    if excluded := _grouped(pick, shelf):
                        yield from _across(own, excluded)
        case ChooseOne(members=members):
            yield from _one_of(_groups(members, shelf))
        case Highest(members=members, alike=alike):
            pairs_of = _one_of(_groups(members, shelf))
            yield from (pair for pair in pairs_of if _are_alike(*pair, alike))
        case OneLevel():
            yield from _of_two_levels(interaction, shelf)
        case Slots(most=1):
            yield from _in_one_slot(interaction, shelf)
        case _:
            return


def barring(interaction: Interaction, shelf: Shelf) -> Iterator[Clash]:
    """Pairs of which one stands against the other once it was had, or goes before it.

    Against whom which of them does hangs on the person: see `bars`.
    """
    stated = interaction.stated
    for one, other in _ruling_out(interaction, shelf):
        meant = stated.reach is not Reach.OWN or _both_own(stated, one, other)
        if meant and one.policy_id != other.policy_id and one_purse(one, other):
            yield _clash(one, other, stated.interaction_id, doubtful=False)


def _ruling_out(interaction: Interaction, shelf: Shelf) -> Iterable[Pair]:
    match interaction:
        case Prefer(members=members) | Once(members=members) | ChooseOne(members=members):
            return combinations(shelf.among(members), 2)
        case Exclusive(target=target, excludes=others):
            return product(shelf.named(target), shelf.among(others))
        case FirstMoneyOnly(target=target, earlier=earlier):
            return product(shelf.named(target), shelf.among(earlier))
        case ExcludedIfHeld(beside=beside):
            own, *_ = members_of(interaction) or (None,)
            return product(shelf.named(own), shelf.among(beside)) if own else ()
        case _:
            return ()


def _one_of(groups: list[Sequence[Offer]]) -> Iterator[Pair]:
    for left, right in combinations(groups, 2):
        yield from _across([left], [right])


def _groups(members: Iterable[Pick], shelf: Shelf) -> list[Sequence[Offer]]:
    return [group for pick in members for group in _grouped(pick, shelf)]


def _grouped(pick: Pick, shelf: Shelf) -> list[Sequence[Offer]]:
    """One group for a named member, one for each policy that a cost item or issuer finds."""
    named = shelf.named(pick)
    if isinstance(pick, Target):
        return [named] if named else []
    groups: dict[str, list[Offer]] = {}
    for offer in named:
        groups.setdefault(offer.policy_id, []).append(offer)
    return list(groups.values())


def _across(lefts: list[Sequence[Offer]], rights: list[Sequence[Offer]]) -> Iterator[Pair]:
    for left, right in product(lefts, rights):
        if len(left) == len(right) == 1:
            yield left[0], right[0]
            continue
        shared = {offer.key for offer in left}.intersection([offer.key for offer in right])
        for one, other in product(left, right):
            if one.key not in shared or other.key not in shared:
                yield one, other


def _are_alike(one: Offer, other: Offer, alike: frozenset[Alike]) -> bool:
    ones, others = one.standing, other.standing
    checks: Mapping[Alike, bool] = {
        Alike.COST_ITEM: one.cost_item == other.cost_item,
        Alike.SUBJECT: ones.subject == others.subject,
        Alike.PERIOD: ones.first <= others.last and others.first <= ones.last,
        Alike.CONTRACT: ones.contract == others.contract,
    }
    return all(checks[each] for each in alike)


def _of_two_levels(rule: OneLevel, shelf: Shelf) -> Iterator[Pair]:
    members = shelf.among(rule.members)
    levels: list[Sequence[Offer]] = [
        [each for each in members if each.issuer in bodies] for bodies in rule.bodies
    ]
    yield from _one_of(levels)


def _in_one_slot(rule: Slots, shelf: Shelf) -> Iterator[Pair]:
    """Of different policies, and of one person: a place is taken by whoever applies for it."""
    for one, other in combinations(shelf.among(rule.members), 2):
        if one.policy_id != other.policy_id and slot_of(rule, one) == slot_of(rule, other):
            yield one, other


def takes_a_slot(rule: Slots, offer: Offer) -> bool:
    """Where only the body's own are meant, no other does."""
    own = rule.stated.reach is not Reach.OWN or offer.issuer == rule.stated.issuer
    return own and picked(rule.members, offer)


def slot_of(rule: Slots, offer: Offer) -> tuple[str, str]:
    """Whose places it takes, and which: those of a level or issuer, if it says so, or all."""
    return offer.standing.spouse, _among_whom(rule, offer)


def _among_whom(rule: Slots, offer: Offer) -> str:
    match rule.tie:
        case Tie.ALL:
            return ""
        case Tie.ISSUER:
            return offer.issuer
        case Tie.LEVEL:
            levels = [n for n, bodies in enumerate(rule.bodies) if offer.issuer in bodies]
            return str(levels[0]) if levels else ""


def _between_spouses(couple: Couple, shelf: Shelf) -> Iterator[Pair]:
    if couple.rule in (CoupleRule.ONE_ONLY, CoupleRule.HIGHER):
        yield from of_spouses(couple, shelf)


def of_spouses(couple: Couple, shelf: Shelf) -> Iterator[Pair]:
    """The same member offered to each of the two."""
    for one, other in combinations(shelf.among(couple.members), 2):
        if one.standing.spouse != other.standing.spouse:
            yield one, other


def _once_for_a_household(
    offers: Sequence[Offer], interactions: Iterable[Interaction]
) -> Iterator[Clash]:
    ruled = [each for each in interactions if isinstance(each, Couple)]
    shared = [o for o in offers if o.standing.subject is Subject.HOUSEHOLD]
    for one, other in combinations(shared, 2):
        same = (one.policy_id, one.benefit_id) == (other.policy_id, other.benefit_id)
        by_rule = any(picked(couple.members, one) for couple in ruled)
        if same and not by_rule and one.standing.spouse != other.standing.spouse:
            yield _clash(one, other, HOUSEHOLD, doubtful=False)


def _clash(one: Offer, other: Offer, interaction_id: str, *, doubtful: bool) -> Clash:
    first, second = (one.key, other.key) if one.key < other.key else (other.key, one.key)
    return Clash(first, second, interaction_id, doubtful)


def _both_own(stated: Stated, one: Offer, other: Offer) -> bool:
    return one.issuer == other.issuer == stated.issuer
