"""Servers die and come back: nothing is lost, nothing is doubled, and the API goes on meanwhile."""

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from events.sourcing import topic_reader
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Receipt
from tests.support.kernel import BODY, Note, Workplace, context, note, until, workplace
from tests.support.servers import Server, kafka_of_own, postgres_of_own

SILENT = Projection(name="silent", tables=MetaData(), project=lambda _: ())


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[Server]:
    with kafka_of_own(tmp_path) as server:
        yield server


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Server]:
    with postgres_of_own(tmp_path) as server:
        yield server


async def test_while_kafka_is_away_commands_are_answered_and_afterwards_all_arrives(
    postgres_url: str, kafka: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_reader, "CHECK_SECONDS", 1.0)
    async with (
        workplace(postgres_url, kafka.address) as speaker,
        workplace(postgres_url, kafka.address) as listener,
    ):
        await speaker.create_topic()
        speaking, stream = speaker.kernel(), speaker.stream(1)
        listening, reader = _listening(listener, speaker.topic)
        async with speaking.running(), listening.running():
            await speaking.handle(note, stream, Note(), context())
            assert await reader.reached_version(stream, 1, timeout=30)
            await asyncio.to_thread(kafka.stop, signal.SIGKILL)
            for _ in range(50):
                await speaking.handle(note, stream, Note(), context())
            # So long that the reader has given up what it had open, more than once.
            await _given_up(reader, times=2)
            assert (await speaking.health())["status"] == "ok"
            assert (await listening.health())["status"] == "ok"
            await asyncio.to_thread(kafka.start)
            assert await reader.reached_version(stream, 51, timeout=60)
        assert await listener.fetch("SELECT 1 FROM parked") == []


async def _given_up(reader: TopicReader, *, times: int) -> None:
    async def has() -> bool:
        return reader.progress.retries >= times

    await until(has, seconds=90)


def _listening(place: Workplace, topic: str) -> tuple[Kernel, TopicReader]:
    kernel = place.kernel()
    reader = kernel.project(replace(SILENT, topics=(topic,)))
    assert isinstance(reader, TopicReader)
    return kernel, reader


async def test_a_database_that_crashes_and_comes_back_has_what_was_acknowledged_once(
    postgres: Server,
) -> None:
    async with workplace(postgres.address) as place:
        kernel = place.kernel()
        reader = kernel.project(SILENT)
        assert isinstance(reader, JournalReader)
        async with kernel.running():
            writing = [asyncio.create_task(_write(kernel, lane)) for lane in range(8)]
            await _crash(postgres)
            receipts = [receipt for lane in writing for receipt in await lane]
            assert await reader.reached(8 * 40, timeout=30)
        acknowledged = {event_id for receipt in receipts for event_id in receipt.event_ids}
        stored = {row["event_id"] for row in await place.fetch("SELECT event_id FROM journal")}
        assert stored == acknowledged
        assert len(stored) == 8 * 40


async def _crash(postgres: Server) -> None:
    # QUIT is PostgreSQL's immediate shutdown: no checkpoint, recovery at the next start.
    await asyncio.to_thread(postgres.stop, signal.SIGQUIT)
    await asyncio.to_thread(postgres.start)


async def _write(kernel: Kernel, lane: int) -> list[Receipt]:
    return [
        await kernel.handle(note, f"note-{lane}", Note(events=(BODY,)), context())
        for _ in range(40)
    ]
