"""Who is forgotten is forgotten in every build of a read model, not only in the one that serves."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from events.sourcing.building import Building, RebuildFailed
from events.sourcing.clock import LEGAL_ZONE, SimulatedClock
from events.sourcing.database import open_builder_engine, service_url
from events.sourcing.erasure import Eraser
from events.sourcing.pages import OWN, JournalPages
from events.sourcing.rebuild import rebuild
from events.sourcing.switch import NothingBefore, begin, builder, keep_only_serving, switch_back
from services.concierge.farewell import forget_tickets
from services.concierge.projection import MINE, mine
from tests.support.concierge import Desk, open_desk, own_settings, talent
from tests.support.kernel import context
from tests.support.remains import in_database

NIGHT = datetime(2026, 4, 8, 22, 0, tzinfo=LEGAL_ZONE).astimezone(UTC)
WORD = "MARK5e1f"
BEFORE_MINE = "read_model_before.mine.subject"


class Forgetful(Eraser):
    """The control: it does not think of the builds that do not serve."""

    async def _keep_only_serving(self) -> None:
        return


class House:
    """A concierge with one request in it, whose list of requests was built anew."""

    def __init__(self, desk: Desk, server_url: str) -> None:
        self.desk = desk
        self.kernel = desk.kernel
        self._server_url = server_url
        self.url = service_url(server_url, service=desk.kernel.service, role="app")

    async def ask(self) -> None:
        async with self.desk.asks(talent("t-1")) as asker:
            await asker.done("/tickets", {"topic": "housing", "subject": WORD, "message": "!"})
        await self.come_along()

    async def come_along(self) -> None:
        last = await self.kernel.journal.last_position()
        for name in ("queue", "mine", "ticket"):
            reader: Any = self.kernel.readers[name]
            assert await reader.reached(last, timeout=10)

    async def forget(self, eraser: Eraser) -> list[str]:
        """Where the word is still found afterwards."""
        await eraser.forget("t-1", partial(forget_tickets, self.kernel, "t-1", context()))
        await self.come_along()
        return await self.says_it()

    async def held(self) -> list[Any]:
        async with self.kernel.engine.connect() as connection:
            return list(await connection.execute(select(mine)))

    async def says_it(self) -> list[str]:
        return await in_database(self._server_url, self.kernel.service, WORD)


@pytest.fixture
async def house(postgres_url: str, tmp_path: Path) -> AsyncIterator[House]:
    settings = await own_settings(postgres_url, tmp_path, SimulatedClock(NIGHT))
    async with open_desk(settings, NIGHT) as desk:
        house = House(desk, postgres_url)
        await house.ask()
        await rebuild(desk.kernel, "mine", report=lambda _: None)
        yield house


async def test_an_erasure_takes_the_build_along_that_served_before(house: House) -> None:
    assert BEFORE_MINE in await house.says_it()
    assert await house.forget(Eraser(house.kernel, believed_seconds=0)) == []
    with pytest.raises(NothingBefore):
        await switch_back(house.kernel.engine, MINE, clock=house.kernel.clock)


async def test_an_eraser_that_forgets_the_other_builds_leaves_something(house: House) -> None:
    """The control."""
    assert await house.forget(Forgetful(house.kernel, believed_seconds=0)) == [BEFORE_MINE]


async def test_a_build_that_is_under_way_is_called_off_and_writes_nowhere(house: House) -> None:
    engine = open_builder_engine(house.url)
    try:
        version = await begin(engine, MINE, clock=house.kernel.clock)
        building = Building(
            engine, MINE, JournalPages(house.kernel.desk), reader=builder("mine", version)
        )
        await building.up_to({OWN: 1}, told=lambda _: None)
        await keep_only_serving(house.kernel.engine, MINE)
        held = await house.held()
        await house.ask()
        with pytest.raises(RebuildFailed):
            await building.up_to({OWN: 2}, told=lambda _: None)
        assert len(await house.held()) == len(held) + 1
    finally:
        await engine.dispose()
