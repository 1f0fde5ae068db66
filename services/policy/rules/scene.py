"""Everything a package is chosen from: the offers, what is said of them, what was had before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from msgspec import structs

from services.policy.rules.facts import Receipt
from services.policy.rules.interactions import Interaction
from services.policy.rules.outcome import NOTHING_KNOWN, Background, Offer, Outcome, State
from services.policy.rules.shelf import Shelf
from services.policy.rules.twins import Twin, without_twins


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What one of the people holds and received, and the sums that limits ask for."""

    held: frozenset[str] = frozenset()
    background: Background = NOTHING_KNOWN

    @property
    def anything(self) -> bool:
        known = self.background
        return bool(self.held or known.received or known.spouse_received or known.ever_held)

    @property
    def ever_held(self) -> frozenset[str]:
        return self.held.union(self.background.ever_held)

    @property
    def received(self) -> tuple[Receipt, ...]:
        return self.background.received

    @property
    def sums(self) -> dict[str, int]:
        return dict(self.background.sums)


NOBODY = Before()
ALONE = ""
COUPLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One person, or the two of a couple by the names their offers carry."""

    shelf: Shelf
    interactions: tuple[Interaction, ...]
    people: Mapping[str, Before]
    day: date

    @property
    def offers(self) -> tuple[Offer, ...]:
        return self.shelf.offers

    def before(self, offer: Offer) -> Before:
        """What whoever the offer is for had before."""
        return self.people.get(offer.standing.spouse, NOBODY)

    def everybody(self) -> tuple[Before, ...]:
        return tuple(self.people.values())


def scene_of(
    people: Mapping[str, Iterable[Outcome]],
    interactions: Iterable[Interaction],
    states: frozenset[State],
) -> tuple[Scene, list[Twin]]:
    """What the package is chosen from, and what was set aside because it stands there twice."""
    outcomes = {name: list(found) for name, found in people.items()}
    before = _acquainted({name: before_of(found) for name, found in outcomes.items()})
    return scene_beside(before, outcomes, interactions, states)


def scene_beside(
    before: Mapping[str, Before],
    outcomes: Mapping[str, Sequence[Outcome]],
    interactions: Iterable[Interaction],
    states: frozenset[State],
) -> tuple[Scene, list[Twin]]:
    """The same where the outcomes are some of those that say what was had before."""
    offers, twins = without_twins(_offers(outcomes, states))
    days = [each.valid_at for found in outcomes.values() for each in found]
    scene = Scene(
        shelf=Shelf(tuple(sorted(offers, key=falling))),
        interactions=tuple(binding_on(days[0] if days else date.min, interactions)),
        people=before,
        day=days[0] if days else date.min,
    )
    return scene, twins


def _offers(outcomes: Mapping[str, Sequence[Outcome]], states: frozenset[State]) -> Iterator[Offer]:
    for name, found in outcomes.items():
        for outcome in found:
            if outcome.state in states:
                yield from (offered_to(name, offer) for offer in outcome.offers)


def offered_to(name: str, offer: Offer) -> Offer:
    """The offer as it is named where there are two of a couple."""
    if name == ALONE:
        return offer
    standing = structs.replace(offer.standing, spouse=name)
    return structs.replace(offer, key=f"{name}:{offer.key}", standing=standing)


def falling(offer: Offer) -> tuple[int, str]:
    return -offer.counted_fen, offer.key


def binding_on(day: date, interactions: Iterable[Interaction]) -> list[Interaction]:
    """Those in force on the day, in the order of their names."""
    binding = [each for each in interactions if each.stated.binds_on(day)]
    return sorted(binding, key=lambda each: each.stated.interaction_id)


def before_of(outcomes: Sequence[Outcome]) -> Before:
    """Every outcome of one person knows the same receipts; the sums it read may differ."""
    held = (policy_id for each in outcomes for policy_id in each.held)
    return before_with(held, [each.background for each in outcomes])


def before_with(held: Iterable[str], known: Sequence[Background]) -> Before:
    """Of what is held, and of what several of the person's outcomes know."""
    told = max(known, key=lambda each: len(each.received), default=NOTHING_KNOWN)
    spouse = max(known, key=lambda each: len(each.spouse_received), default=NOTHING_KNOWN)
    before = max(known, key=lambda each: len(each.ever_held), default=NOTHING_KNOWN)
    return Before(
        held=frozenset(held),
        background=Background(
            received=told.received,
            spouse_received=spouse.spouse_received,
            ever_held=before.ever_held,
            sums=tuple(sorted({pair for each in known for pair in each.sums})),
        ),
    )


def _acquainted(people: Mapping[str, Before]) -> Mapping[str, Before]:
    """Of a couple each knows what the other received, whether or not they stated it."""
    if len(people) != COUPLE:
        return people
    (one, first), (other, second) = people.items()
    return {one: _knowing(first, second), other: _knowing(second, first)}


def _knowing(person: Before, spouse: Before) -> Before:
    received = dict.fromkeys((*person.background.spouse_received, *spouse.received))
    return replace(person, background=replace(person.background, spouse_received=tuple(received)))
