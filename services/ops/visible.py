"""Which of the events that wait to be counted are visible in the journey, and since when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from faust.types import EventT
from sqlalchemy import ARRAY, Text, any_, cast, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.kernel_tables import checkpoint
from events.sourcing.projector import create_tables
from services.ops.projection import JOURNEY
from services.ops.pulse import Arrival
from services.ops.sighting_table import KEPT_FOR, sighting, sighting_tables

GRACE = timedelta(seconds=5)
"""A sighting is written a moment after its event became visible, or never."""

Place: TypeAlias = tuple[str, int]
"""A topic and a partition of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An event that came, and what is to be counted of it; nothing where it is none of ours.

    `passed_at` is when the journey was first found to be past it.
    """

    event: EventT[bytes]
    arrival: Arrival | None
    passed_at: datetime | None = None


class Journey(Protocol):
    """What is asked of the read model in which events become visible."""

    async def reached(self) -> Mapping[Place, int]:
        """How far it has come; what stands before is applied, or parked."""

    async def moments(self, event_ids: Collection[str]) -> Mapping[str, datetime]:
        """When these events became visible, where that was noted."""


class StoredJourney:
    """The journey as the ops service keeps it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._has_tables = False

    async def reached(self) -> Mapping[Place, int]:
        """Its checkpoints."""
        query = select(checkpoint).where(checkpoint.c.reader == JOURNEY.name)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return {(row.topic, row.partition): row.next_offset for row in rows}

    async def moments(self, event_ids: Collection[str]) -> Mapping[str, datetime]:
        """The sightings that are written so far."""
        if not self._has_tables:
            # The service may not have started since it came to keep them.
            await create_tables(self._engine, sighting_tables)
            self._has_tables = True
        asked = any_(cast([*event_ids], ARRAY(Text)))
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(sighting).where(sighting.c.event_id == asked))
            return {row.event_id: row.seen_at for row in rows}


async def take_visible(
    waiting: Sequence[Waiting], journey: Journey, *, now: datetime
) -> tuple[list[Waiting], list[Waiting]]:
    """What can be counted now, with its moment, and what must wait; each in the order it came.

    Within a partition nothing overtakes: a tally only knows how far it was counted.
    """
    reached = await journey.reached()
    noted = [_noted(one, reached, now) for one in waiting]
    passed = [one.arrival.event_id for one in noted if one.arrival and one.passed_at]
    moments = await journey.moments(passed) if passed else {}
    ready, rest, held = list[Waiting](), list[Waiting](), set[Place]()
    for one in noted:
        if one.arrival is None:
            ready.append(one)
        elif _place(one.arrival) not in held and _is_settled(one, one.arrival, moments, now):
            seen_at = moments.get(one.arrival.event_id)
            ready.append(replace(one, arrival=replace(one.arrival, seen_at=seen_at)))
        else:
            held.add(_place(one.arrival))
            rest.append(one)
    return ready, rest


def _noted(one: Waiting, reached: Mapping[Place, int], now: datetime) -> Waiting:
    """With the moment at which the journey was first found to be past it."""
    if one.arrival is None or one.passed_at:
        return one
    is_past = reached.get(_place(one.arrival), 0) > one.arrival.offset
    return replace(one, passed_at=now) if is_past else one


def _is_settled(
    one: Waiting, arrival: Arrival, moments: Mapping[str, datetime], now: datetime
) -> bool:
    """Whether its moment is known, or will not be any more."""
    if one.passed_at is None:
        return False
    too_old = now - arrival.recorded_at >= KEPT_FOR
    return arrival.event_id in moments or too_old or now - one.passed_at >= GRACE


def _place(arrival: Arrival) -> Place:
    return arrival.topic, arrival.partition
