"""From topics a model is built as from a journal: to the marks of the one that serves."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from sqlalchemy import select

from events.sourcing.building import RebuildFailed
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection
from events.sourcing.rebuild import rebuild
from events.sourcing.types import Published, Receipt
from tests.support.kernel import BODY, Note, Workplace, context, note, until, workplace
from tests.support.release import FIRST, LATEST, project_otherwise, refuse_the_third, silent

STREAMS = 4

Rows = set[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A service that speaks, and another that keeps a read model of what it hears."""

    speaker: Workplace
    listener: Workplace
    speaking: Kernel

    @property
    def model(self) -> Projection:
        return replace(FIRST, topics=(self.speaker.topic,))

    def listening(self, projection: Projection) -> Kernel:
        kernel = self.listener.kernel()
        kernel.project(projection)
        return kernel

    async def say(self, times: int) -> list[Receipt]:
        """Every stream in turn."""
        said = [self.speaker.stream(number % STREAMS) for number in range(times)]
        return [
            await self.speaking.handle(note, stream, Note(events=(BODY,)), context())
            for stream in said
        ]

    async def heard(self, times: int) -> Rows:
        """What a listener that then stops has made of so much."""
        kernel = self.listening(self.model)
        async with kernel.running():
            await come_to(kernel, await self.say(times))
        return await held(self.listening(self.model))


async def come_to(kernel: Kernel, receipts: list[Receipt]) -> None:
    reader: Any = kernel.readers["latest"]
    for receipt in receipts:
        assert await reader.reached_version(receipt.stream, receipt.version, timeout=30)


async def held(kernel: Kernel) -> Rows:
    async with kernel.engine.connect() as connection:
        return {tuple(row) for row in await connection.execute(select(LATEST))}


@pytest.fixture
async def pair(postgres_url: str, kafka_bootstrap: str) -> AsyncIterator[Pair]:
    async with (
        workplace(postgres_url, kafka_bootstrap) as speaker,
        workplace(postgres_url, kafka_bootstrap) as listener,
    ):
        await speaker.create_topic()
        speaking = speaker.kernel(published={type(BODY): Published(classification="public")})
        async with speaking.running():
            yield Pair(speaker=speaker, listener=listener, speaking=speaking)


async def test_what_the_serving_model_had_not_heard_is_still_told(pair: Pair) -> None:
    assert len(await pair.heard(12)) == STREAMS
    later = await pair.say(8)
    anew = pair.listening(replace(pair.model, project=project_otherwise))
    assert await rebuild(anew, "latest", report=silent) == 2
    assert await held(anew) == {
        (pair.speaker.stream(number), 3, "second wording") for number in range(STREAMS)
    }
    told: list[tuple[str, int]] = []
    anew.readers["latest"].progress.on_applied(
        lambda done: told.extend((one.stream, one.version) for one in done)
    )
    async with anew.running():
        await come_to(anew, later)
    assert sorted(told) == sorted((one.stream, one.version) for one in later)


async def test_an_event_that_cannot_be_applied_is_named(pair: Pair) -> None:
    before = await pair.heard(12)
    failing = pair.listening(replace(pair.model, project=refuse_the_third))
    with pytest.raises(RebuildFailed, match=r"-\d at version 3 .*poison: ValueError"):
        await rebuild(failing, "latest", report=silent)
    assert await held(failing) == before


async def test_a_topic_made_anew_is_not_taken_for_what_was_read(pair: Pair) -> None:
    before = await pair.heard(12)
    admin = AIOKafkaAdminClient(bootstrap_servers=pair.speaker.bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([pair.speaker.topic])
        await until(lambda: _gone(admin, pair.speaker.topic))
    finally:
        await admin.close()
    await pair.speaker.create_topic()
    anew = pair.listening(pair.model)
    with pytest.raises(RebuildFailed, match="holds less than was read of it"):
        await rebuild(anew, "latest", report=silent)
    assert await held(anew) == before


async def _gone(admin: AIOKafkaAdminClient, topic: str) -> bool:
    return topic not in await admin.list_topics()
