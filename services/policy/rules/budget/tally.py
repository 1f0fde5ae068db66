"""What everybody's packages come to: for each benefit how many have it, and what is paid."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from services.policy.rules.amount import Payee
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.limits import years_of
from services.policy.rules.outcome import Offer

NOT_SEEN = "not_seen"
"""The payer where no text names one."""

WHOLE = 100
ROOM = 2**62
"""Sums below this are added up as they are, larger ones one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One benefit in packages: a row for each group of people, and what each of them is paid.

    `promised` is what the offer alone comes to, whoever it is paid to.
    """

    offer: Offer
    people: Numbers
    least: Numbers
    most: Numbers
    promised: Numbers

    def add_up(self, fen: Numbers, part: int = 1, whole: int = 1) -> int:
        """So much of each payment, rounded down, for all people together."""
        people = int(self.people.sum())
        if max(people, 1) * max(part, 1) * int(fen.max(initial=0)) < ROOM:
            return int(self.people @ (fen * part // whole if whole > 1 else fen))
        every = zip(self.people.tolist(), fen.tolist(), strict=True)
        return sum(count * (each * part // whole) for count, each in every)


@dataclass(slots=True)
class Line:
    """One benefit: fen for the people who have it; what is for others than them stands apart.

    `payers` and `years` say who bears how much of `most_fen`, and in which year it is paid.
    """

    people: int = 0
    least_fen: int = 0
    most_fen: int = 0
    for_others_fen: int = 0
    payers: dict[str, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)

    def add(self, paid: Paid, day: date) -> None:
        self.people += int(paid.people.sum())
        self.least_fen += paid.add_up(paid.least)
        most_fen = paid.add_up(paid.most)
        self.most_fen += most_fen
        if paid.offer.payee is not Payee.PERSON:
            self.for_others_fen += paid.add_up(paid.promised)
        for who, fen in _borne(paid, most_fen):
            self.payers[who] = self.payers.get(who, 0) + fen
        for year, fen in _by_year(paid, day, most_fen):
            self.years[year] = self.years.get(year, 0) + fen


@dataclass(slots=True)
class Tally:
    """By policy and benefit; `chosen` counts people who have anything of a policy."""

    day: date
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    offered: dict[str, int] = field(default_factory=dict)
    chosen: dict[str, int] = field(default_factory=dict)

    def add(self, paid: Paid) -> None:
        if paid.people.any():
            name = paid.offer.policy_id, paid.offer.benefit_id
            self.lines.setdefault(name, Line()).add(paid, self.day)

    def offer(self, policy_id: str, people: int) -> None:
        """So many people are offered something of a policy."""
        if people:
            self.offered[policy_id] = self.offered.get(policy_id, 0) + people

    def choose(self, policy_id: str, people: int) -> None:
        """So many people have something of a policy."""
        if people:
            self.chosen[policy_id] = self.chosen.get(policy_id, 0) + people


def _borne(paid: Paid, most_fen: int) -> Iterator[tuple[str, int]]:
    """Of each payment what does not divide falls to the first named."""
    shares = paid.offer.standing.payers
    if shares:
        borne = {each.who: paid.add_up(paid.most, each.percent, WHOLE) for each in shares}
        borne[shares[0].who] += most_fen - sum(borne.values())
        yield from borne.items()
    elif most_fen:
        yield paid.offer.payer or NOT_SEEN, most_fen


def _by_year(paid: Paid, day: date, most_fen: int) -> Iterator[tuple[int, int]]:
    """Each calendar year's share; of each payment what does not divide falls to the first."""
    if not most_fen:
        return
    parts = years_of(paid.offer, day)
    whole = sum(parts.values())
    first, *later = parts
    shares = {year: paid.add_up(paid.most, parts[year], whole) for year in later}
    yield day.year + first, most_fen - sum(shares.values())
    yield from ((day.year + year, fen) for year, fen in shares.items())
