"""Who waits for a version of a stream is told by the reader here, or finds it in the table."""

import asyncio
from unittest.mock import patch

from sqlalchemy import insert

from events.sourcing.kernel_tables import applied
from events.sourcing.topic_reader import LOOK_SECONDS
from tests.support.in_memory import an_event, execute
from tests.support.reading import STREAM, TOPIC, Play, told_in_memory


async def applied_elsewhere(on: Play, version: int) -> None:
    """By another process, or before this one began."""
    values = {"reader": "sums", "topic": TOPIC, "stream": STREAM}
    both = {"version": version, "position": version}
    await execute(on.kernel, insert(applied).values(**values, **both))


@told_in_memory
async def test_a_version_that_was_reached_before_the_start_is_known_from_the_table(
    on: Play,
) -> None:
    await applied_elsewhere(on, 4)
    reader = on.reader()
    assert await reader.reached_version(STREAM, 4, timeout=0.1)
    assert await reader.reached_version(STREAM, 5, timeout=0.1) is False
    await reader.tell([an_event(STREAM, 6)])
    assert await reader.reached_version(STREAM, 6, timeout=0.1)
    assert not await reader.reached_version("note-2", 1, timeout=0.1)


@told_in_memory
async def test_whoever_waits_for_a_version_is_told_when_it_is_applied(on: Play) -> None:
    reader = on.reader()
    waiting = asyncio.create_task(reader.reached_version(STREAM, 2, timeout=60))
    await asyncio.sleep(1)
    await reader.tell([an_event(STREAM, 1)])
    await asyncio.sleep(1)
    assert not waiting.done()
    await reader.tell([an_event(STREAM, 2)])
    assert await waiting


@told_in_memory
async def test_of_a_stream_that_is_applied_here_the_table_is_not_asked_first(on: Play) -> None:
    reader = on.reader()
    await reader.tell([an_event(STREAM, 1)])
    asked: list[str] = []

    async def version_of(stream: str) -> int:
        asked.append(stream)
        return 0

    with patch.object(reader.applier, "version_of", version_of):
        waiting = asyncio.create_task(reader.reached_version(STREAM, 2, timeout=60))
        await asyncio.sleep(0.2)
        await reader.tell([an_event(STREAM, 2)])
        assert await waiting
        assert asked == []
        # Who has no word for half a second looks whether another process has the stream now.
        waiting = asyncio.create_task(reader.reached_version(STREAM, 3, timeout=0.9))
        await asyncio.sleep(0.7)
        assert asked == [STREAM]
        assert not await waiting


@told_in_memory
async def test_what_another_process_applied_is_known_at_once_however_often_it_is_asked_for(
    on: Play,
) -> None:
    await applied_elsewhere(on, 4)
    reader = on.reader()
    began = asyncio.get_running_loop().time()
    for version in (2, 3, 4):
        assert await reader.reached_version(STREAM, version, timeout=60)
    assert asyncio.get_running_loop().time() - began < LOOK_SECONDS


@told_in_memory
async def test_what_another_process_applies_is_seen_soon_by_whoever_waits(on: Play) -> None:
    waiting = asyncio.create_task(on.reader().reached_version(STREAM, 2, timeout=60))
    await asyncio.sleep(1.6)
    assert not waiting.done()
    await applied_elsewhere(on, 2)
    await asyncio.sleep(0.7)
    assert waiting.done()


@told_in_memory
async def test_whoever_has_little_time_waits_as_long_as_there_is_any(on: Play) -> None:
    reader = on.reader()
    waiting = asyncio.create_task(reader.reached_version(STREAM, 2, timeout=0.9))
    await asyncio.sleep(0.6)
    await reader.tell([an_event(STREAM, 2)])
    assert await waiting
