"""For one person: beside every answer, what would have to change for those who miss it."""

from typing import Any, TypeAlias

import msgspec

from services.policy.rules.facts import Absent, FactView
from services.policy.rules.near.found import NearMiss, Needed
from services.policy.rules.render import render_condition
from services.policy.rules.view import View
from services.policy.rules.vocabulary import Vocabulary

Json: TypeAlias = dict[str, Any]


def near_misses(view: View, person: FactView, words: Vocabulary) -> dict[str, NearMiss]:
    """By policy; those that nothing but another law or another birth would open are left out.

    The person is chosen for the day of the view; what was asked of them is not asked anew.
    """
    return view.aims(words).missed_by(person)


def render_near_miss(policy_id: str, found: NearMiss) -> Json:
    """`from_day` is when time alone is enough; `changes` are the fewest facts that do it now."""
    return {
        "policy_id": policy_id,
        "from_day": None if found.from_day is None else found.from_day.isoformat(),
        "changes": [_needed(each) for each in found.changes],
    }


def _needed(needed: Needed) -> Json:
    absent = isinstance(needed.value, Absent)
    plain = msgspec.json.decode(msgspec.json.encode(needed.value))
    return {
        "fact": needed.fact,
        "value": None if absent else plain,
        "state": plain if absent else "value",
        "conditions": [render_condition(leaf) for leaf in needed.leaves],
    }
