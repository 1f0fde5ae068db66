"""For one person: beside every answer, what would have to change for those who miss it."""

from collections.abc import Iterable
from typing import Any, TypeAlias

import msgspec

from services.policy.rules.facts import Absent, Fact, select
from services.policy.rules.near_miss import NearMiss, Needed, missed_by
from services.policy.rules.render import render_condition
from services.policy.rules.trial import Trial
from services.policy.rules.view import View
from services.policy.rules.vocabulary import Vocabulary

Json: TypeAlias = dict[str, Any]


def near_misses(view: View, facts: Iterable[Fact], words: Vocabulary) -> dict[str, NearMiss]:
    """By policy; those that nothing but another law or another birth would open are left out."""
    trial = Trial(select(facts, view.valid_at, view.known_at))
    found = {asked.policy.policy_id: missed_by(asked, trial, words) for asked in view.ready()}
    return {policy_id: each for policy_id, each in found.items() if each is not None}


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
