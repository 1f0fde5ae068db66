"""Texts that lessen sums, without those that never do so for what is offered here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from services.policy.rules.amount import Money, Per, over_term
from services.policy.rules.interactions import APART, Cap, Capping, Interaction, TopUp
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Pick
from services.policy.rules.receipts import named_by, total
from services.policy.rules.scene import Before
from services.policy.rules.shelf import Shelf

Linked: TypeAlias = tuple[Interaction, frozenset[str]]
"""A text, and the offers that it ties together."""


@dataclass(frozen=True, slots=True)
class Offered:
    """`most` is what each offer comes to at most, for whom it comes to most."""

    shelf: Shelf
    most: Mapping[str, int]
    before: Before

    def never_lessened(self, text: Interaction, tied: Iterable[str]) -> bool:
        """Whether even all of it together stays within what the text allows."""
        match text:
            case Cap(members=members, most=int(most), per=per) if per not in APART:
                return sum(self.most[key] for key in tied) + self._had(members) <= most
            case TopUp(target=target, total_cap=Money() as cap):
                named = (*text.bases, *text.net_of)
                above = (self._topped_up(each, named, cap) for each in self.shelf.named(target))
                return all(above)
            case _:
                return False

    def _topped_up(self, offer: Offer, named: Sequence[Pick], cap: Money) -> bool:
        months = offer.worth.counted_months
        others = (each for each in self.shelf.among(named) if each.key != offer.key)
        fen = self.most[offer.key] + sum(self._share(each, months) for each in others)
        if cap.per is Per.ONCE:
            fen += self._had(named)
        return fen <= over_term(cap.fen, cap.per, months)

    def _share(self, base: Offer, months: int | None) -> int:
        """At most what the base pays during so many months."""
        own, fen = base.worth.counted_months, self.most[base.key]
        return fen if months is None or not own else fen * months // own

    def _had(self, picks: Sequence[Pick]) -> int:
        known = self.before.background
        receipts = (*known.received, *known.spouse_received)
        return total(named_by(picks, receipts)) if receipts else 0


def lessening(linked: Sequence[Linked], offered: Offered) -> list[Linked]:
    """Without the others everybody is paid the same, whatever is chosen."""
    idle = {number for number, each in enumerate(linked) if offered.never_lessened(*each)}
    if idle:
        caps = [number for number in idle if isinstance(linked[number][0], Capping)]
        idle -= _in_the_way(caps, linked)
    return [each for number, each in enumerate(linked) if number not in idle]


def _in_the_way(idle: Sequence[int], linked: Sequence[Linked]) -> set[int]:
    """A cap that is never reached may still decide in which order others are filled."""
    ceilings = [number for number, each in enumerate(linked) if isinstance(each[0], Capping)]
    waiting = [number for number in ceilings if number not in idle]
    waiting += [one for one in idle if any(cross(linked[one][1], linked[n][1]) for n in ceilings)]
    found = set[int]()
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += [one for one in idle if linked[one][1] & linked[number][1]]
    return found


def cross(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts share offers and neither holds all of the other's."""
    both = one & other
    return bool(both) and both not in (one, other)
