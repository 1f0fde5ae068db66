"""What people who are offered the same have of it, and how many they are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from services.policy.rules.budget.sought import Packages
from services.policy.rules.budget.tally import Paid, Tally
from services.policy.rules.budget.working import Offers
from services.policy.rules.bulk.bits import Flags
from services.policy.rules.bulk.columns import Numbers

MANY = 100_000
"""Groups of people that wait to be added up."""


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

    def by_policy(self) -> Iterator["Answers"]:
        """What they have of each policy; its offers stand together."""
        start = 0
        while start < len(self.offers):
            policy_id, end = self.offers[start].policy_id, start + 1
            while end < len(self.offers) and self.offers[end].policy_id == policy_id:
                end += 1
            yield self._of(slice(start, end))
            start = end

    def _of(self, own: slice) -> "Answers":
        packages = self.packages
        return Answers(
            offers=self.offers[own],
            packages=Packages(
                packages.chosen[:, own], packages.most[:, own], packages.least[:, own]
            ),
            promised=self.promised[:, own],
            surely=self.surely,
            perhaps=self.perhaps,
        )

    def add_to(self, tally: Tally, people: Numbers) -> None:
        """All offers are of one policy."""
        having: Flags = np.logical_or.reduce(self.packages.chosen, axis=1)
        tally.choose(self.offers[0].policy_id, int(people[having].sum()))
        for column, offer in enumerate(self.offers):
            rows = self.packages.chosen[:, column] & (people > 0)
            if rows.any():
                paid = Paid(
                    offer=offer,
                    people=people[rows],
                    least=self.packages.least[rows, column],
                    most=self.packages.most[rows, column],
                    promised=self.promised[rows, column],
                )
                tally.add(paid)


@dataclass(slots=True)
class Waiting:
    """Answers that are added up together, policy by policy: few of many are slow, many at once not.

    Offers of the same benefits differ in nothing that is added up but the sums.
    """

    surely: Tally
    perhaps: Tally
    answers: dict[tuple[str, ...], list[Answers]] = field(default_factory=dict)
    groups: int = 0

    def put(self, answers: Answers) -> None:
        for each in answers.by_policy():
            self.answers.setdefault(tuple(o.key for o in each.offers), []).append(each)
        self.groups += len(answers.surely)
        if self.groups > MANY:
            self.add_up()

    def add_up(self) -> None:
        for several in self.answers.values():
            together = _together(several)
            together.add_to(self.surely, together.surely)
            together.add_to(self.perhaps, together.perhaps)
        self.answers, self.groups = {}, 0


def _together(several: Sequence[Answers]) -> Answers:
    def joined(of: Callable[[Answers], Numbers]) -> Numbers:
        return np.concatenate([of(each) for each in several])

    return Answers(
        offers=several[0].offers,
        packages=Packages(
            joined(lambda each: each.packages.chosen),
            joined(lambda each: each.packages.most),
            joined(lambda each: each.packages.least),
        ),
        promised=joined(lambda each: each.promised),
        surely=joined(lambda each: each.surely),
        perhaps=joined(lambda each: each.perhaps),
    )
