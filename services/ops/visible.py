"""Which of the events that wait to be counted are visible in the journey, and since when."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from faust.types import EventT

from services.ops.pulse import Arrival
from services.ops.sighting_table import KEPT_FOR

GRACE = timedelta(seconds=5)
"""A sighting is written a moment after its event became visible, or never."""

Place: TypeAlias = tuple[str, int]
"""A topic and a partition of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A record that came, and what is to be counted of it.

    `passed_at` is when the journey was first found to be past it.
    """

    event: EventT[bytes]
    arrival: Arrival
    passed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """How far the journey has come, and when those asked about became visible, if it was noted."""

    reached: Mapping[Place, int]
    moments: Mapping[str, datetime]


Look: TypeAlias = Callable[[Sequence[str]], Awaitable[Sight]]
"""Asks ops about the events with these ids."""


async def take_visible(
    waiting: Sequence[Waiting], look: Look, *, now: datetime
) -> tuple[list[Waiting], list[Waiting]]:
    """What can be counted now, with its moment, and what must wait; each in the order it came.

    Within a partition nothing overtakes: a tally only knows how far it was counted.
    """
    sight = await look([one.arrival.event_id for one in waiting if one.arrival.event_id])
    ready, rest, held = list[Waiting](), list[Waiting](), set[Place]()
    for one in (_noted(each, sight.reached, now) for each in waiting):
        if _place(one) not in held and _is_settled(one, sight.moments, now):
            seen_at = sight.moments.get(one.arrival.event_id)
            ready.append(replace(one, arrival=replace(one.arrival, seen_at=seen_at)))
        else:
            held.add(_place(one))
            rest.append(one)
    return ready, rest


def _noted(one: Waiting, reached: Mapping[Place, int], now: datetime) -> Waiting:
    """With the moment at which the journey was first found to be past it."""
    if one.passed_at:
        return one
    is_past = reached.get(_place(one), 0) > one.arrival.offset
    return replace(one, passed_at=now) if is_past else one


def _is_settled(one: Waiting, moments: Mapping[str, datetime], now: datetime) -> bool:
    """Whether its moment is known, or will not be any more; what is no event has none."""
    if one.passed_at is None:
        return False
    arrival = one.arrival
    too_old = now - arrival.recorded_at >= KEPT_FOR
    has_none = not arrival.event_id or too_old
    return has_none or arrival.event_id in moments or now - one.passed_at >= GRACE


def _place(one: Waiting) -> Place:
    return one.arrival.topic, one.arrival.partition
