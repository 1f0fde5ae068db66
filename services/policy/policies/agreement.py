"""Before a policy is published: is one person judged by it as everybody at once would be?"""

from datetime import date

from events.sourcing.types import Refused
from services.policy.rules import Policy
from services.policy.rules.bulk.agreement import disagreements, trees_of
from services.policy.rules.standing import starts

SAMPLED = 200
MOST_JUDGEMENTS = 100_000
"""A file of hundreds of conditions is tried on fewer people, so that its clerk need not wait."""


def must_agree(policy: Policy, today: date) -> None:
    """Refuse a policy over which the ways to judge differ, on its first day or today."""
    trees = trees_of(policy)
    for day in sorted({today, starts(policy) or today}) if trees else ():
        found = disagreements(trees, day, sampled=SAMPLED, at_most=MOST_JUDGEMENTS)
        for one in found:
            raise Refused(
                "policy-judged-two-ways",
                policy_id=policy.policy_id,
                day=day.isoformat(),
                about=one.about,
                alone=one.alone,
                together=one.together,
            )
