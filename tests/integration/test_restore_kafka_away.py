"""While Kafka is away nobody can say whether a database is an older copy: one that moved waits."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from events.sourcing import store
from events.sourcing.kernel import Kernel
from events.sourcing.types import Overloaded
from tests.support.kernel import workplace
from tests.support.restored import KEPT, LOST, Scene, let_leave, restored, said
from tests.support.servers import Server, kafka_of_own


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[Server]:
    with kafka_of_own(tmp_path) as server:
        yield server


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "HELD_SECONDS", 1)


@pytest.fixture
async def scene(postgres_url: str, kafka: Server) -> AsyncIterator[Scene]:
    async with restored(postgres_url, kafka.address) as scene:
        yield scene


async def _turned_away(kernel: Kernel, scene: Scene) -> None:
    with pytest.raises(Overloaded) as told:
        await said(kernel, scene.place, 1)
    assert told.value.retry_after >= 1


async def test_a_restored_database_appends_nothing_until_kafka_says_where_to_go_on(
    scene: Scene, kafka: Server
) -> None:
    await asyncio.to_thread(kafka.stop, signal.SIGKILL)
    kernel = scene.kernel()
    async with kernel.running():
        await _turned_away(kernel, scene)
        assert (await kernel.vitals()).last_position == KEPT
        await asyncio.to_thread(kafka.start)
        while True:
            try:
                (receipt,) = await said(kernel, scene.place, 1)
                break
            except Overloaded:
                continue
        assert receipt.position == KEPT + LOST + 1


async def test_a_database_that_lies_where_it_lay_works_while_kafka_is_away(
    postgres_url: str, kafka: Server
) -> None:
    async with workplace(postgres_url, kafka.address) as place:
        await place.create_topic()
        await let_leave(place, KEPT)
        await asyncio.to_thread(kafka.stop, signal.SIGKILL)
        kernel = place.kernel()
        async with kernel.running():
            (receipt,) = await said(kernel, place, 1)
            assert receipt.position == KEPT + 1
