"""A couple whom somebody asks about: what is stated of both, judged by one view."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.types import Refused
from services.policy.entitlements.fact_list import digest_of, stated, typed
from services.policy.entitlements.household import household_out
from services.policy.entitlements.projection import talent_fact_list
from services.policy.entitlements.queries import Row, row_of
from services.policy.policies.asking import moments_of
from services.policy.policies.counting import Counting, counting_out, seen_by
from services.policy.policies.views import Consolidated, Views
from services.policy.rules import Vocabulary, evaluate_all
from services.policy.rules.outcome import engine_version

Json: TypeAlias = dict[str, Any]
Lists: TypeAlias = Mapping[str, Row]
"""By talent the newest list of facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOf:
    """Two talents, what counts, and the day and moment where these are not today and now."""

    talent_id: str
    spouse: str
    valid_at: date | None
    known_at: datetime | None
    now: datetime
    counting: Counting


async def couple_out(
    engine: AsyncEngine, views: Views, vocabulary: Vocabulary, asked: AskedOf
) -> Json:
    """Refused where they are not two, or nothing is stated of one of them."""
    if asked.talent_id == asked.spouse:
        raise Refused("household-needs-two", talent_id=asked.talent_id)
    lists = {
        each: await row_of(engine, talent_fact_list, each, absent="facts-not-found")
        for each in (asked.talent_id, asked.spouse)
    }
    # By the clock of another machine a statement may have been recorded after now.
    now = max(asked.now, *(each.recorded_at for each in lists.values()))
    moments = moments_of(now, asked.valid_at, asked.known_at)
    seen = await seen_by(views, moments, asked.counting)
    # Longer than others should wait for their turn.
    return await asyncio.to_thread(_judged, seen, lists, vocabulary, asked.counting)


def _judged(seen: Consolidated, lists: Lists, vocabulary: Vocabulary, counting: Counting) -> Json:
    facts = {name: stated(each.facts) for name, each in lists.items()}
    people = {
        name: evaluate_all(seen.view, typed(each, vocabulary), horizon=counting.horizon)
        for name, each in facts.items()
    }
    return {
        **household_out(people, seen),
        **counting_out(counting),
        "view_version": seen.view.version,
        "view_position": seen.position,
        "engine_version": engine_version(vocabulary),
        "unreadable_policies": list(seen.unreadable),
        "facts": [
            {
                "talent_id": name,
                "facts_version": lists[name].facts_version,
                "facts_digest": digest_of(each, seen.view.known_at),
            }
            for name, each in facts.items()
        ],
    }
