"""A package held against every set that could be chosen: is it the best, are its costs so?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from services.policy.rules.choice import Ground, laid_out, parts_of
from services.policy.rules.doubts import grounded
from services.policy.rules.interactions import Interaction
from services.policy.rules.outcome import Offer, Outcome, State
from services.policy.rules.package import PROMISING, pays
from services.policy.rules.puzzle import Bits, Puzzle, Rank, bits_of, items_of
from services.policy.rules.rulings import NO_RULINGS, Rulings
from services.policy.rules.scene import scene_of

MOST_TRIED = 18
"""Offers that bear on each other, of which every set is tried; of more the optimum stays open."""


class _Named(msgspec.Struct, frozen=True):
    key: str


class Paid(msgspec.Struct, frozen=True):
    offer: _Named
    least_fen: int
    most_fen: int


class Blocked(msgspec.Struct, frozen=True):
    interaction_id: str
    by: str | None
    had: str | None = None


class Left(msgspec.Struct, frozen=True):
    offer: _Named
    blocked_by: tuple[Blocked, ...]
    costs_fen: int | None
    instead: tuple[str, ...] = ()


class Claim(msgspec.Struct, frozen=True):
    """What an answer says of a package: read from its JSON, whoever wrote that."""

    least_fen: int
    most_fen: int
    included: tuple[Paid, ...]
    left_out: tuple[Left, ...]


class Flaw(StrEnum):
    NOT_ON_OFFER = "not-on-offer"
    NOT_MENTIONED = "not-mentioned"
    UNLAWFUL = "unlawful"
    PAYS_OTHERWISE = "pays-otherwise"
    BETTER_ONE = "better-one"
    COSTS_OTHERWISE = "costs-otherwise"
    BETTER_INSTEAD = "better-instead"
    NOT_BLOCKED_SO = "not-blocked-so"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """`about` is an offer, or empty for the whole package; `found` is what should stand there."""

    flaw: Flaw
    about: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """`untried` are offers of which too many bear on each other for every set to be tried."""

    disputes: tuple[Dispute, ...]
    untried: tuple[str, ...]
    sets_tried: int

    @property
    def holds(self) -> bool:
        return not self.disputes


def confirm(
    claim: Claim,
    people: Mapping[str, Iterable[Outcome]],
    interactions: Iterable[Interaction],
    states: frozenset[State] = PROMISING,
    rulings: Rulings = NO_RULINGS,
    *,
    most_tried: int = MOST_TRIED,
) -> Confirmation:
    """Tries every lawful set; nothing of the search that found the package is asked."""
    scene, _ = scene_of(people, interactions, states)
    on, _ = grounded(scene, rulings)
    parts = [_Part(claim, offers, on) for offers in parts_of(on)]
    small = [each for each in parts if len(each.offers) <= most_tried]
    disputes = [
        *_of_the_whole(claim, scene.offers),
        *(found for part in parts for found in part.contradictions()),
        *(found for part in small for found in part.improvements()),
    ]
    return Confirmation(
        disputes=tuple(sorted(disputes, key=lambda each: (each.about, each.flaw, each.found))),
        untried=tuple(sorted(o.key for part in parts if part not in small for o in part.offers)),
        sets_tried=sum(1 << len(part.offers) for part in small),
    )


def _of_the_whole(claim: Claim, offers: Sequence[Offer]) -> Iterator[Dispute]:
    named = [each.offer.key for each in claim.included]
    named += [each.offer.key for each in claim.left_out]
    on_offer = {each.key for each in offers}
    for key in sorted(set(named) - on_offer | {key for key in named if named.count(key) > 1}):
        yield Dispute(flaw=Flaw.NOT_ON_OFFER, about=key)
    for key in sorted(on_offer - set(named)):
        yield Dispute(flaw=Flaw.NOT_MENTIONED, about=key)
    sums = [sum(e.least_fen for e in claim.included), sum(e.most_fen for e in claim.included)]
    if sums != [claim.least_fen, claim.most_fen]:
        yield Dispute(flaw=Flaw.PAYS_OTHERWISE, found=" – ".join(map(str, sums)))


class _Part:
    """Offers that bear on each other, and what the claim says of them."""

    def __init__(self, claim: Claim, offers: tuple[Offer, ...], on: Ground) -> None:
        self.offers = offers
        self._on = on
        self._puzzle: Puzzle = laid_out(offers, on).puzzle
        self._place = {offer.key: item for item, offer in enumerate(offers)}
        self._included = [each for each in claim.included if each.offer.key in self._place]
        self._left = [each for each in claim.left_out if each.offer.key in self._place]
        self._chosen = self._bits(each.offer.key for each in self._included)

    def contradictions(self) -> Iterator[Dispute]:
        """Where the claim is at odds with itself or with a statement, whatever is the best."""
        if not self._puzzle.lawful(self._chosen):
            yield Dispute(flaw=Flaw.UNLAWFUL, found=self._names(self._chosen))
        most, sure = pays(self.offers, self._puzzle, self._chosen)
        for paid in self._included:
            item = self._place[paid.offer.key]
            least = min(sure[item], most[item])
            if (paid.least_fen, paid.most_fen) != (least, most[item]):
                found = f"{least} – {most[item]}"
                yield Dispute(flaw=Flaw.PAYS_OTHERWISE, about=paid.offer.key, found=found)
        for left in self._left:
            yield from self._of_left(left)

    def improvements(self) -> Iterator[Dispute]:
        """Where some set that was tried is better than the one that is claimed to be best."""
        best, forced = self._by_trying_everything()
        if best != self._chosen:
            yield Dispute(flaw=Flaw.BETTER_ONE, found=self._names(best))
        for left in self._left:
            item = self._place[left.offer.key]
            within = forced[item]
            if within is None and left.costs_fen is None:
                continue
            if within is None:
                yield Dispute(flaw=Flaw.BETTER_INSTEAD, about=left.offer.key, found="none")
            elif self._bits(left.instead) != within:
                found = self._names(within)
                yield Dispute(flaw=Flaw.BETTER_INSTEAD, about=left.offer.key, found=found)

    def _of_left(self, left: Left) -> Iterator[Dispute]:
        key, instead = left.offer.key, self._bits(left.instead)
        if left.costs_fen is not None:
            holds_it = instead >> self._place[key] & 1
            if not holds_it or not self._puzzle.lawful(instead):
                yield Dispute(flaw=Flaw.UNLAWFUL, about=key, found=self._names(instead))
            costs = self._puzzle.pays(self._chosen) - self._puzzle.pays(instead)
            if costs != left.costs_fen:
                yield Dispute(flaw=Flaw.COSTS_OTHERWISE, about=key, found=str(costs))
        if not left.blocked_by and not self._puzzle.lawful(self._chosen | 1 << self._place[key]):
            yield Dispute(flaw=Flaw.NOT_BLOCKED_SO, about=key)
        for each in left.blocked_by:
            if not self._stands_against(key, each):
                found = each.interaction_id
                yield Dispute(flaw=Flaw.NOT_BLOCKED_SO, about=key, found=found)

    def _stands_against(self, key: str, blocked: Blocked) -> bool:
        """A statement of this name that bears on the offer and on what is said to block it."""
        name, other, on = blocked.interaction_id, blocked.by, self._on
        if other is None:
            bars = any(b.key == key and b.interaction_id == name for b in on.bars)
            return bars or any(n.key == key and n.interaction_id == name for n in on.needs)
        if any((b.key, b.interaction_id, b.by) == (key, name, other) for b in on.bars):
            return True
        if not self._chosen >> self._place.get(other, len(self.offers)) & 1:
            return False
        pair = {key, other}
        clash = any({c.one, c.other} == pair and c.interaction_id == name for c in on.against)
        return clash or any(
            each.stated.interaction_id == name and pair <= keys for each, keys in on.linked
        )

    def _by_trying_everything(self) -> tuple[Bits, list[Bits | None]]:
        """The best set of all, and for each item the best that holds it."""
        puzzle, count = self._puzzle, len(self.offers)
        best: tuple[Rank, Bits] | None = None
        forced: list[tuple[Rank, Bits] | None] = [None] * count
        for chosen in range(1 << count):
            if puzzle.lawful(chosen):
                found = (puzzle.rank(chosen), chosen)
                best = found if best is None or found > best else best
                for item in items_of(chosen):
                    known = forced[item]
                    forced[item] = found if known is None or found > known else known
        return (best[1] if best else 0), [each and each[1] for each in forced]

    def _bits(self, keys: Iterable[str]) -> Bits:
        return bits_of([self._place[key] for key in keys if key in self._place])

    def _names(self, chosen: Bits) -> str:
        return ", ".join(sorted(self.offers[item].key for item in items_of(chosen)))
