"""Where the texts of a day contradict each other: one allows what another forbids to anybody."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from services.policy.rules.amendments import Superiors
from services.policy.rules.doubts import DoubtKind, Settled, settled_of
from services.policy.rules.facts import FactView
from services.policy.rules.interactions import Interaction, Prefer
from services.policy.rules.offers import offers_of
from services.policy.rules.outcome import Offer
from services.policy.rules.policy import Policy
from services.policy.rules.relations import Clash, barring, clashes
from services.policy.rules.rulings import Dispute, Ruling, may_rule, policy_of
from services.policy.rules.scene import Scene, binding_on, falling, offered_to
from services.policy.rules.shelf import Shelf
from services.policy.rules.view import View, in_force, interactions_of, rulings_of

Benefits: TypeAlias = tuple[str, str]
SPOUSES = ("one", "other")
"""What is forbidden to a couple only between the two is found as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A statement with the text that it stands in."""

    statement: Interaction
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two texts that disagree, the pairs of benefits this is about, and what was ruled of it.

    `at_stake_fen` is the most that whoever may have both goes without by the stricter reading,
    none where one of each pair is no stated sum for the person; `may_rule` are all bodies with a
    say over both texts, the lowest first.
    """

    forbids: Said
    allows: Said
    benefits: tuple[Benefits, ...]
    at_stake_fen: int | None
    may_rule: tuple[str, ...]
    ruling: Ruling | None


def contradictions_in(view: View, superiors: Superiors) -> tuple[Contradiction, ...]:
    """Of the texts in force on the day, whoever it touches; those without a ruling first."""
    texts = {entry.policy.policy_id: entry.policy for entry in in_force(view)}
    scene = _scene(view, texts.values())
    # What is over may have been had.
    ever = _scene(view, [entry.policy for entry in view.entries])
    said = {each.stated.interaction_id: each for each in scene.interactions}
    offers = {offer.key: offer for offer in ever.offers}
    ruled = rulings_of(view)

    def contradiction(dispute: Dispute, pairs: Iterable[Clash]) -> Contradiction:
        of = [Said(statement=said[name], policy=texts[policy_of(name)]) for name in dispute]
        between = [(offers[clash.one], offers[clash.other]) for clash in pairs]
        return Contradiction(
            forbids=of[0],
            allows=of[1],
            benefits=tuple(sorted({_names(*pair) for pair in between})),
            at_stake_fen=max((_lesser(*pair) for pair in between), default=0) or None,
            may_rule=_may_rule([each.policy for each in of], superiors),
            ruling=ruled.get(dispute),
        )

    against = clashes(scene.shelf, scene.interactions) | {*_had(scene, ever)}
    disputes = _disputed(settled_of(against, (), ever, ruled))
    # What no text states, such as a circle of sums, is nothing that anybody could rule on.
    found = [contradiction(*each) for each in disputes.items() if each[0][0] in said]
    return tuple(sorted(found, key=_turn))


def _scene(view: View, policies: Iterable[Policy]) -> Scene:
    """Everything that the texts offer to whoever meets what they ask."""
    nothing_known = FactView(view.valid_at, view.known_at)
    offers = [offer for policy in policies for offer in offers_of(policy, nothing_known)]
    of_both = [offered_to(name, offer) for name in SPOUSES for offer in offers]
    return Scene(
        shelf=Shelf(tuple(sorted(of_both, key=falling))),
        interactions=tuple(binding_on(view.valid_at, interactions_of(view))),
        people={},
        day=view.valid_at,
    )


def _had(now: Scene, ever: Scene) -> Iterator[Clash]:
    """Pairs of which one may have been had, or goes before the other."""
    offered = {offer.key for offer in now.offers}
    for each in now.interactions:
        shelf = now.shelf if isinstance(each, Prefer) else ever.shelf
        for pair in barring(each, shelf):
            if {pair.one, pair.other} & offered:
                yield pair


def _disputed(found: Settled) -> Mapping[Dispute, list[Clash]]:
    """What goes before another is among the pairs already."""
    disputes: dict[Dispute, list[Clash]] = {}
    for each in found.followed:
        if isinstance(each.against, Clash):
            dispute = each.ruling.forbids, each.ruling.allows
            disputes.setdefault(dispute, []).append(each.against)
    for left in found.left_open:
        if left.kind is DoubtKind.CONTRADICTION and isinstance(left.against, Clash):
            allows, forbids = left.interactions
            disputes.setdefault((forbids, allows), []).append(left.against)
    return disputes


def _names(one: Offer, other: Offer) -> Benefits:
    first, second = sorted(f"{each.policy_id}#{each.benefit_id}" for each in (one, other))
    return first, second


def _lesser(one: Offer, other: Offer) -> int:
    """Of two that may not stand together the one that pays more is had."""
    return min(one.counted_fen, other.counted_fen)


def _may_rule(texts: Iterable[Policy], superiors: Superiors) -> tuple[str, ...]:
    bodies = {body for each in texts for body in (each.issuer, *each.joint_issuers)}
    found = [by for by in superiors if may_rule(by, bodies, superiors)]
    return tuple(sorted(found, key=lambda by: (-len(superiors[by]), by)))


def _turn(each: Contradiction) -> tuple[bool, str, str]:
    names = each.forbids.statement.stated, each.allows.statement.stated
    return each.ruling is not None, names[0].interaction_id, names[1].interaction_id
