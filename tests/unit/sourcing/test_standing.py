"""Whose checkpoints are held applies nothing meanwhile; everybody else goes on."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.standing import hold_all_but, hold_topic
from tests.support.applying import TOPIC, Reader, item, with_a_reader

ELSEWHERE = "body.events"


async def waits(reader: Reader, hold: Callable[[AsyncConnection], Awaitable[None]]) -> bool:
    """Whether it applies its next event only when what was held is let go."""
    await reader.feed(item(1))
    async with reader.kernel.engine.begin() as connection:
        await hold(connection)
        feeding = asyncio.create_task(reader.feed(item(2)))
        await asyncio.sleep(1)
        waited = not feeding.done()
    assert await feeding == [2]
    return waited


@with_a_reader()
async def test_a_reader_waits_while_its_checkpoints_on_the_topic_are_held(reader: Reader) -> None:
    assert await waits(reader, lambda connection: hold_topic(connection, "sums", TOPIC))


@with_a_reader()
async def test_what_is_held_elsewhere_or_of_another_stops_nobody(reader: Reader) -> None:
    assert not await waits(reader, lambda connection: hold_topic(connection, "sums", ELSEWHERE))
    other = Reader(reader.kernel, name="other")
    assert not await waits(other, lambda connection: hold_topic(connection, "sums", TOPIC))


@with_a_reader()
async def test_while_all_others_are_held_only_those_who_are_named_go_on(reader: Reader) -> None:
    other = Reader(reader.kernel, name="other")
    assert not await waits(reader, lambda connection: hold_all_but(connection, ["x", "sums"]))
    assert await waits(other, lambda connection: hold_all_but(connection, ["x", "sums"]))
