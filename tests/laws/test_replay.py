"""The replay law: a read model that is deleted and built again is the same, whatever its batches.

It is played for every projection of every service with every event that may reach it, to the end
and to the moment at which the read model holds most: in the end there may be nothing to compare.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from contracts.doors import service_names
from events.sourcing.applier import Applier
from events.sourcing.batches import Batch, Item
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import parked
from events.sourcing.projector import Projection
from events.sourcing.rebuild import forget
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
            held.append(await self._rows())
        assert await self._parked() == [], self.projection.name
        return held

    async def _deliver(self, delivery: Sequence[tuple[str, Recorded[Any]]]) -> None:
        for topic in dict.fromkeys(topic for topic, _ in delivery):
            recorded = [one for on, one in delivery if on == topic]
            start = await self.applier.start_of(topic, 0)
            batch = Batch(
                topic=topic,
                partition=0,
                start=start,
                end=start + len(recorded),
                items=[
                    Item(stream=one.stream, version=one.version, recorded=one, record=b"")
                    for one in recorded
                ],
            )
            await self.applier.apply(batch)

    async def _rows(self) -> Rows:
        async with self.kernel.engine.connect() as connection:
            return {
                table.name: sorted(map(tuple, await connection.execute(select(table))), key=repr)
                for table in self.projection.tables.sorted_tables
            }

    async def _parked(self) -> list[tuple[Any, ...]]:
        query = select(parked.c.stream, parked.c.version, parked.c.class_, parked.c.reason)
        async with self.kernel.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(query)]


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
