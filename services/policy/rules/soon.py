"""From which day somebody is eligible by the passing of time alone."""

from datetime import date

from services.policy.rules.facts import FactView
from services.policy.rules.outcome import State
from services.policy.rules.policy import Policy
from services.policy.rules.prove import prove
from services.policy.rules.ready import Ready, ready
from services.policy.rules.standing import Ended, obstacle
from services.policy.rules.tree import Tree, Unseen
from services.policy.rules.trial import Trial
from services.policy.rules.turning_days import turning_days
from services.policy.rules.verdict import verdict

OPEN = frozenset({State.ELIGIBLE, State.SUBJECT_TO_MANUAL_CHECK})


def eligible_from(
    policy: Policy, view: FactView, *, ended: Ended | None, also: tuple[Tree, ...] = ()
) -> date | None:
    """The first later day, all else being as it is stated now; none where time does not do it.

    An end or suspension that another text states is taken to last.
    """
    asked = ready(policy, view.valid_at, ended=ended, also=also)
    return first_day(asked, Trial(view))


def first_day(asked: Ready, trial: Trial) -> date | None:
    """The same for a policy of a view, where one person is held against all of it."""
    if isinstance(asked.criteria, Unseen):
        return None
    for day in turning_days(asked.policy, asked.criteria, trial.view):
        if obstacle(asked.policy, day, asked.ended) is not None:
            continue
        if verdict(prove(asked.criteria, trial.on(day))).state in OPEN:
            return day
    return None
