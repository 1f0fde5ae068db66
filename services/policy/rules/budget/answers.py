"""What people who are offered the same have of it, and how many they are."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from services.policy.rules.budget.many import Packages
from services.policy.rules.budget.tally import Paid, Tally
from services.policy.rules.budget.working import Offers
from services.policy.rules.bulk.bits import Flags
from services.policy.rules.bulk.columns import Numbers
from services.policy.rules.outcome import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Groups of people in rows, offers in columns; `surely` and `perhaps` are how many each are.

    `promised` is what an offer alone comes to, whoever it is paid to.
    """

    offers: Offers
    packages: Packages
    promised: Numbers
    surely: Numbers
    perhaps: Numbers

    def add_to(self, tally: Tally, people: Numbers) -> None:
        for policy_id, having in self._having():
            tally.choose(policy_id, int(people[having].sum()))
        for column, offer in enumerate(self.offers):
            rows = self.packages.chosen[:, column] & (people > 0)
            if rows.any():
                tally.add(self._paid(offer, column, rows, people))

    def _having(self) -> Iterator[tuple[str, Flags]]:
        """Who has anything of each policy."""
        columns: dict[str, list[int]] = {}
        for column, offer in enumerate(self.offers):
            columns.setdefault(offer.policy_id, []).append(column)
        for policy_id, own in columns.items():
            having: Flags = np.logical_or.reduce(self.packages.chosen[:, own], axis=1)
            yield policy_id, having

    def _paid(self, offer: Offer, column: int, rows: Flags, people: Numbers) -> Paid:
        return Paid(
            offer=offer,
            people=people[rows],
            least=self.packages.least[rows, column],
            most=self.packages.most[rows, column],
            promised=self.promised[rows, column],
        )
