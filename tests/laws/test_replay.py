"""The replay law: a read model that is deleted and built again is the same, whatever its batches.

It is played for every projection of every service with every event that may reach it, to the end
and to the moment at which the read model holds most: in the end there may be nothing to compare.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.doors import service_names
from events.sourcing.applier import Applier
from events.sourcing.batches import Batch, Item
from events.sourcing.building import Building
from events.sourcing.database import open_builder_engine, service_url
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import parked
from events.sourcing.pages import Marks, Page
from events.sourcing.projector import Projection
from events.sourcing.rebuild import forget
from events.sourcing.switch import begin, builder
from events.sourcing.types import Recorded
from tests.support.arrivals import arriving
from tests.support.kernel import workplace
from tests.support.services import build

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(slots=True, kw_only=True)
class Player:
    """Feeds one projection by hand, as its reader would."""

    kernel: Kernel
    projection: Projection
    applier: Applier

    async def play(self, deliveries: Sequence[Sequence[tuple[str, Recorded[Any]]]]) -> list[Rows]:
        """The read model after each delivery, which is applied as one batch."""
        await forget(self.kernel.engine, self.projection)
        held = list[Rows]()
        for delivery in deliveries:
            await self._deliver(delivery)
            held.append(await rows_of(self.kernel.engine, self.projection))
        assert await self._parked() == [], self.projection.name
        return held

    async def _deliver(self, delivery: Sequence[tuple[str, Recorded[Any]]]) -> None:
        for topic in dict.fromkeys(topic for topic, _ in delivery):
            recorded = [one for on, one in delivery if on == topic]
            start = await self.applier.start_of(topic, 0)
            await self.applier.apply(batch_of(topic, recorded, start=start))

    async def _parked(self) -> list[tuple[Any, ...]]:
        query = select(parked.c.stream, parked.c.version, parked.c.class_, parked.c.reason)
        async with self.kernel.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(query)]


def batch_of(topic: str, recorded: Sequence[Recorded[Any]], *, start: int) -> Batch:
    items = [
        Item(stream=one.stream, version=one.version, recorded=one, came=b"") for one in recorded
    ]
    return Batch(topic=topic, partition=0, start=start, end=start + len(items), items=items)


async def rows_of(engine: AsyncEngine, projection: Projection) -> Rows:
    """What the tables hold that these connections find first."""
    async with engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, await connection.execute(select(table))), key=repr)
            for table in projection.tables.sorted_tables
        }


@pytest.mark.parametrize("service", service_names())
async def test_a_read_model_deleted_and_built_again_is_the_same(
    service: str, postgres_url: str
) -> None:
    async with workplace(postgres_url) as place:
        app = build(service, place.settings())
        kernel: Kernel = app.state.kernel
        place.kernels.append(kernel)
        for projection in kernel.projections.values():
            await _obeys_the_law(service, kernel, projection)


async def _obeys_the_law(service: str, kernel: Kernel, projection: Projection) -> None:
    player = _player(kernel, projection)
    arrived = arriving(service, projection)
    held = await player.play([[one] for one in arrived])
    rows = [sum(map(len, tables.values())) for tables in held]
    assert any(rows), f"{projection.name} never held a row"
    for moment in sorted({rows.index(max(rows)), len(rows) - 1}):
        until_then = arrived[: moment + 1]
        assert (await player.play([until_then]))[-1] == held[moment]
        if projection.topics:
            twice = await player.play([[one, one] for one in until_then])
            assert twice[-1] == held[moment]
        assert await _built_beside(kernel, projection, until_then) == held[moment]


@dataclass(frozen=True, slots=True)
class Told:
    """What arrived, as a build reads it: one page for all of it."""

    arrived: Sequence[tuple[str, Recorded[Any]]]

    @property
    def ends(self) -> Marks:
        return {(topic, 0): count for topic, count in Counter(t for t, _ in self.arrived).items()}

    async def between(self, starts: Marks, ends: Marks, *, most: int) -> AsyncGenerator[Page, None]:
        assert (starts, ends) == ({}, self.ends)
        offsets = Counter[str]()
        page = list[Batch]()
        for topic, recorded in self.arrived:
            start = offsets[topic]
            page.append(batch_of(topic, [recorded], start=start))
            offsets[topic] += 1
        assert len(page) <= most
        yield page


async def _built_beside(
    kernel: Kernel, projection: Projection, arrived: Sequence[tuple[str, Recorded[Any]]]
) -> Rows:
    """The next tables, filled as a rebuild fills them: many rows at once, from a fold in memory."""
    settings = kernel.settings
    url = service_url(settings.database_url, service=settings.service, role="app")
    engine = open_builder_engine(url)
    try:
        version = await begin(engine, projection, clock=kernel.clock)
        told = Told(arrived)
        reader = builder(projection.name, version)
        building = Building(engine, projection, told, reader=reader)
        await building.up_to(told.ends, told=lambda _: None)
        return await rows_of(engine, projection)
    finally:
        await engine.dispose()


def _player(kernel: Kernel, projection: Projection) -> Player:
    applier = Applier(
        kernel.engine,
        reader=projection.name,
        take=projection.take,
        clock=kernel.clock,
        gated=bool(projection.topics),
        newest_wins=projection.newest_wins,
    )
    return Player(kernel=kernel, projection=projection, applier=applier)
