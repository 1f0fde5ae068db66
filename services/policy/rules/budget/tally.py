"""What everybody's packages come to: for each benefit how many have it, and what is paid."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from services.policy.rules.amount import Payee
from services.policy.rules.limits import years_of
from services.policy.rules.outcome import Offer
from services.policy.rules.package import Included

NOT_SEEN = "not_seen"
"""The payer where no text names one."""


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

    def add(self, found: Included, people: int, day: date) -> None:
        self.people += people
        self.least_fen += people * found.least_fen
        self.most_fen += people * found.most_fen
        if found.offer.payee is not Payee.PERSON:
            self.for_others_fen += people * found.offer.worth.most_fen
        for who, fen in _borne(found):
            self.payers[who] = self.payers.get(who, 0) + people * fen
        for year, fen in _by_year(found, day):
            self.years[year] = self.years.get(year, 0) + people * fen


@dataclass(slots=True)
class Tally:
    """By policy and benefit; `chosen` counts people who have anything of a policy."""

    day: date
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    offered: dict[str, int] = field(default_factory=dict)
    chosen: dict[str, int] = field(default_factory=dict)

    def add(self, offers: Iterable[Offer], package: Iterable[Included], people: int) -> None:
        """So many people were offered these, and have this of it."""
        if not people:
            return
        for policy_id in {each.policy_id for each in offers}:
            self.offered[policy_id] = self.offered.get(policy_id, 0) + people
        for policy_id in {each.offer.policy_id for each in package}:
            self.chosen[policy_id] = self.chosen.get(policy_id, 0) + people
        for found in package:
            name = found.offer.policy_id, found.offer.benefit_id
            self.lines.setdefault(name, Line()).add(found, people, self.day)


def _borne(found: Included) -> tuple[tuple[str, int], ...]:
    if found.borne or not found.most_fen:
        return found.borne
    return ((found.offer.payer or NOT_SEEN, found.most_fen),)


def _by_year(found: Included, day: date) -> list[tuple[int, int]]:
    """Each calendar year's share; what does not divide falls to the first."""
    if not found.most_fen:
        return []
    parts = years_of(found.offer, day)
    whole = sum(parts.values())
    shares = [(day.year + year, found.most_fen * part // whole) for year, part in parts.items()]
    first, fen = shares[0]
    return [(first, fen + found.most_fen - sum(each for _, each in shares)), *shares[1:]]
