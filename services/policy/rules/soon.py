"""From which day somebody is eligible by the passing of time alone."""

from datetime import date

from services.policy.rules.criteria import criteria_of
from services.policy.rules.facts import FactView
from services.policy.rules.outcome import State
from services.policy.rules.policy import Policy
from services.policy.rules.prove import prove
from services.policy.rules.standing import Ended, obstacle
from services.policy.rules.tree import Tree, Unseen
from services.policy.rules.turning_days import turning_days
from services.policy.rules.verdict import verdict

OPEN = frozenset({State.ELIGIBLE, State.SUBJECT_TO_MANUAL_CHECK})


def eligible_from(
    policy: Policy, view: FactView, *, ended: Ended | None, also: tuple[Tree, ...] = ()
) -> date | None:
    """The first later day, all else being as it is stated now; none where time does not do it.

    An end or suspension that another text states is taken to last.
    """
    criteria = criteria_of(policy, also)
    if isinstance(criteria, Unseen):
        return None
    for day in turning_days(policy, criteria, view):
        if obstacle(policy, day, ended) is None:
            then = FactView(day, view.known_at, view.by_name)
            if verdict(prove(criteria, then)).state in OPEN:
                return day
    return None
