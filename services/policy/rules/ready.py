"""What of a policy is the same for everybody on a day, worked out once for all who are judged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.policy.rules.criteria import bars_may_change, criteria_of
from services.policy.rules.interactions import Capping, Interaction, SumStated
from services.policy.rules.outcome import Reason
from services.policy.rules.policy import Policy
from services.policy.rules.remade import remade
from services.policy.rules.standing import Ended, is_confirmed, obstacle
from services.policy.rules.tree import Leaf, Tree, Unseen
from services.policy.rules.verdict import Verdict, refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """`obstacle` is why nobody has it on the day; `limits` are the facts its caps are read from.

    `refused` is what everybody is told who does not meet its criteria on the day. From the day
    `followed` on a later edition counts.
    """

    policy: Policy
    criteria: Tree | Unseen
    obstacle: Reason | None
    ended: Ended | None
    confirmed: bool
    limits: tuple[str, ...]
    refused: Verdict
    day: date
    followed: date | None = None

    def can_be_had(self, day: date) -> bool:
        """Whether nothing stands in the way on another day, as far as this very text says.

        Of a day on which something else bars a holder nothing is said.
        """
        if self.followed is not None and day >= self.followed:
            return False
        if day != self.day and bars_may_change(self.policy, self.day, day):
            return False
        return obstacle(self.policy, day, self.ended) is None


class Shelved:
    """Conditions that several policies ask alike, each kept once, so that each is asked once."""

    def __init__(self) -> None:
        self._known: dict[Leaf, Leaf] = {}

    def tree(self, tree: Tree) -> Tree:
        """The same tree, made of the conditions that are kept."""
        return remade(tree, lambda leaf: self._known.setdefault(leaf, leaf))


def ready(
    policy: Policy,
    day: date,
    *,
    ended: Ended | None,
    also: tuple[Tree, ...] = (),
    shelved: Shelved | None = None,
    followed: date | None = None,
) -> Ready:
    """`also` are the conditions that transitions of other policies add."""
    criteria = criteria_of(policy, also, day=day)
    if shelved is not None and not isinstance(criteria, Unseen):
        criteria = shelved.tree(criteria)
    return Ready(
        policy=policy,
        criteria=criteria,
        obstacle=obstacle(policy, day, ended),
        ended=ended,
        confirmed=is_confirmed(policy),
        limits=limiting_facts(policy.interactions),
        refused=refusal(criteria, day),
        day=day,
        followed=followed,
    )


def limiting_facts(interactions: Iterable[Interaction]) -> tuple[str, ...]:
    """The facts whose sums limit what is paid."""
    mosts = [each.most for each in interactions if isinstance(each, Capping)]
    return tuple(sorted({most.fact for most in mosts if isinstance(most, SumStated)}))
