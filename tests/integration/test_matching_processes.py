"""Two processes of matching share its readers and have one matchmaker.

With two whole services on one PostgreSQL database and one Kafka group. The negative control is a
matchmaker in each: they know different talents, as the partitions are divided between them.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import httpx
import pytest

from events.catalog.match import RankedDemand
from events.sourcing import duty, kernel
from events.sourcing.clock import SimulatedClock
from events.sourcing.duty import Duty, _run_all
from events.sourcing.journal_reader import JournalReader
from events.sourcing.settings import Settings
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import OnDuty
from tests.support.kernel import until
from tests.support.matching import (
    CHART,
    MATCHMAKER,
    NOON,
    Registry,
    Room,
    demand,
    fits,
    open_room,
    own_post,
    own_settings,
    read,
)

FIRST_COMERS, LATE_COMERS = 6, 16


class OfEverybody(Duty):
    """Whoever can do it does it, by what its own process readers bring."""

    @property
    def turn(self) -> None:
        """What other readers bring could by chance be just what is missing."""

    @property
    def status(self) -> Literal["active"]:
        """Nobody stands by."""
        return "active"

    async def run(self) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(duty._NAMED, {"name": self.name})
        self._turn = OnDuty(self.name, 0)
        await _run_all(self._loops)


@dataclass(slots=True)
class TwoRooms:
    """Two processes of one service, asked at the door of the first."""

    rooms: Sequence[Room]
    client: httpx.AsyncClient
    registry: Registry

    async def statuses(self) -> list[str]:
        return sorted([await status(room) for room in self.rooms])

    async def settled(self) -> None:
        """Everything recorded so far was matched, by whichever process, and can be read."""
        journal = self.rooms[0].kernel.journal
        for name in ("demand-rematch", "proposal", "shortlist"):
            last = await journal.last_position()
            for room in self.rooms:
                reader = room.kernel.readers[name]
                assert isinstance(reader, JournalReader)
                assert await reader.reached(last, timeout=60)

    async def arrive(self, post: dict[str, Any], people: int) -> list[str]:
        """So many talents whom this demand suits, once somebody has matched them."""
        talents = [str(uuid4()) for _ in range(people)]
        for talent_id in talents:
            await self.registry.states(talent_id, fits(post))
        for talent_id in talents:
            await self.matches(talent_id, after=f"talent-{talent_id}@1")
        return talents

    async def matches(self, talent_id: str, *, after: str | int) -> list[Any]:
        answer = await read(self.client, f"/matches/talents/{talent_id}", after)
        found: list[Any] = answer["matches"]
        return found

    async def a_demand_comes_and_goes(self) -> tuple[int, int]:
        """For how many talents, of those whom it suits, it was on record; and still is."""
        post = own_post()
        demand_id = await demand(self.client, post)
        await self.settled()
        talents = await self.arrive(post, FIRST_COMERS) + await self.arrive(post, LATE_COMERS)
        had = [talent_id for talent_id in talents if await self.on_record(talent_id)]
        closed = await self.client.post(f"/demands/{demand_id}/close", json={"reason": "filled"})
        closed.raise_for_status()
        await self.settled()
        return len(had), len([t for t in talents if await self.on_record(t)])

    async def on_record(self, talent_id: str) -> Sequence[RankedDemand]:
        """What was proposed last; pages leave closed demands out, whatever is on record."""
        kernel = self.rooms[0].kernel
        last = await kernel.desk.open(await kernel.journal.read_last(f"match-{talent_id}"))
        return last[0].event.demands if last else ()


async def status(room: Room) -> str:
    told: Any = (await room.kernel.health())["duties"]
    return str(told["matchmaker"]["status"])


async def share_the_partitions(rooms: Sequence[Room], name: str) -> None:
    """Wait until this reader has some of the talents' facts in each process."""

    async def both() -> bool:
        readers = [room.kernel.readers[name] for room in rooms]
        shares = [len(r._next) for r in readers if isinstance(r, TopicReader)]
        return min(shares) > 0 and sum(shares) == 4

    await until(both, seconds=60)


@pytest.fixture
async def settings(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> Settings:
    return await own_settings(postgres_url, kafka_bootstrap, tmp_path, SimulatedClock(NOON))


@pytest.fixture
async def registry(kafka_bootstrap: str) -> AsyncIterator[Registry]:
    beside = Registry(kafka_bootstrap)
    yield beside
    await beside.close()


@asynccontextmanager
async def two_rooms(settings: Settings, registry: Registry) -> AsyncIterator[TwoRooms]:
    async with (
        open_room(settings) as first,
        open_room(settings) as second,
        first.asks(MATCHMAKER) as client,
    ):
        (await client.post("/chains", json=CHART)).raise_for_status()
        await share_the_partitions([first, second], "profile")
        yield TwoRooms([first, second], client, registry)


async def test_a_demand_comes_to_every_talent_and_goes_again_whoever_read_their_facts(
    settings: Settings, registry: Registry
) -> None:
    async with two_rooms(settings, registry) as both:
        assert await both.a_demand_comes_and_goes() == (FIRST_COMERS + LATE_COMERS, 0)
        assert await both.statuses() == ["active", "standing-by"]


async def test_with_two_matchmakers_at_once_it_does_not(
    settings: Settings, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(kernel, "Duty", OfEverybody)
    async with two_rooms(settings, registry) as both:
        await share_the_partitions(both.rooms, "talent-rematch")
        assert await both.statuses() == ["active", "active"]
        assert await both.a_demand_comes_and_goes() != (FIRST_COMERS + LATE_COMERS, 0)


async def test_when_the_active_process_ends_the_other_matches_on(
    settings: Settings, registry: Registry
) -> None:
    post = own_post()
    async with open_room(settings) as stays, stays.asks(MATCHMAKER) as client:
        async with open_room(settings) as leaves:
            (await client.post("/chains", json=CHART)).raise_for_status()
            rooms = TwoRooms([stays, leaves], client, registry)
            first = await demand(client, post)
            await rooms.settled()
            (talent_id,) = await rooms.arrive(post, 1)
        alone = TwoRooms([stays], client, registry)
        second = await demand(client, {**post, "stars": 5})
        await alone.settled()
        last = await stays.kernel.journal.last_position()
        matches = await alone.matches(talent_id, after=last)
        assert [each["demand_id"] for each in matches] == [second, first]
        assert await alone.statuses() == ["active"]
