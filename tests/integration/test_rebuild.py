"""A read model is built anew beside the one that serves, and takes its place all at once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing import rebuild as rebuild_module
from events.sourcing import switch as switch_module
from events.sourcing.building import RebuildFailed
from events.sourcing.projector import Projection
from events.sourcing.rebuild import rebuild
from events.sourcing.switch import NothingBefore, switch_back
from events.sourcing.types import Published
from tests.support.kernel import BODY, Note, context, note, workplace
from tests.support.release import (
    FIRST,
    LATEST,
    House,
    project_otherwise,
    refuse_the_third,
    serving_house,
    silent,
)


@pytest.fixture
async def house(postgres_url: str) -> AsyncIterator[House]:
    async with serving_house(postgres_url) as house:
        yield house


async def test_the_new_build_takes_over_and_the_running_reader_goes_on(house: House) -> None:
    heard: list[int] = []
    house.reader.progress.on_applied(lambda done: heard.extend(one.position for one in done))
    assert await rebuild(house.release(), "latest", report=silent) == 2
    assert {said for _, said in (await house.held()).values()} == {"second wording"}
    await house.note()
    await house.caught_up()
    assert (await house.held())["note-1"] == (2, "first wording")  # The old release still runs.
    assert heard == [4], "what was built anew was told nobody a second time"
    assert house.reader.progress.retries == 0


async def test_what_is_recorded_while_it_builds_is_there_when_it_serves(house: House) -> None:
    stop = asyncio.Event()

    async def go_on_noting() -> None:
        number = 0
        while not stop.is_set():
            await house.note(f"note-{number % 7}")
            number += 1

    noting = asyncio.create_task(go_on_noting())
    try:
        for version in (2, 3, 4):
            assert await rebuild(house.release(), "latest", report=silent) == version
    finally:
        stop.set()
        await noting
    await house.caught_up()
    versions = await house.place.fetch(
        "SELECT stream, max(version)::int AS version FROM journal GROUP BY stream"
    )
    held = {stream: version for stream, (version, _) in (await house.held()).items()}
    assert held == {row["stream"]: row["version"] for row in versions}


async def built_while_more_comes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The serving model reads on between the last lap of the build and the switch."""
    monkeypatch.setattr(rebuild_module, "NEAR", 0)  # So the build has begun before the switch.
    look = rebuild_module._look_at_sizes

    async def note_and_look(engine: AsyncEngine, projection: Projection) -> None:
        await house.note("note-0")
        await house.caught_up()
        await look(engine, projection)

    monkeypatch.setattr(rebuild_module, "_look_at_sizes", note_and_look)
    async with asyncio.timeout(15):
        await rebuild(house.release(), "latest", report=silent)


async def test_what_comes_just_before_the_switch_is_applied_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await built_while_more_comes(house, monkeypatch)
    assert (await house.held())["note-0"] == (2, "second wording")


async def test_a_switch_that_holds_what_it_waits_for_never_ends(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: as it was, with the build's own checkpoint held while it was to catch up."""
    monkeypatch.setattr(switch_module, "_checkpoints", switch_module._held)
    with pytest.raises(TimeoutError):
        await built_while_more_comes(house, monkeypatch)


async def test_an_event_that_cannot_be_applied_stops_the_build_and_nothing_else(
    house: House,
) -> None:
    for _ in range(3):
        await house.note("note-2")
    await house.caught_up()
    before = await house.held()
    failing = replace(FIRST, project=refuse_the_third)
    with pytest.raises(RebuildFailed, match="note-2 at version 3"):
        await rebuild(house.release(failing), "latest", report=silent)
    assert await house.held() == before
    await house.note("note-9")
    await house.caught_up()
    assert (await house.held())["note-9"] == (1, "first wording")


async def test_an_event_that_cannot_be_read_is_named_too(house: House) -> None:
    await house.place.fetch("UPDATE journal SET name = 'note.unknown.v9' WHERE position = 2")
    with pytest.raises(RebuildFailed, match=r"note-1 at version 1 .*unknown-type"):
        await rebuild(house.release(), "latest", report=silent)
    assert len(await house.held()) == 3


async def test_a_build_broken_off_is_begun_anew(house: House) -> None:
    failing = replace(FIRST, project=refuse_the_third)
    for _ in range(3):
        await house.note("note-2")
    with pytest.raises(RebuildFailed):
        await rebuild(house.release(failing), "latest", report=silent)
    assert await rebuild(house.release(), "latest", report=silent) >= 2
    assert {said for _, said in (await house.held()).values()} == {"second wording"}


async def test_the_build_before_can_serve_again_and_catches_up(house: House) -> None:
    await rebuild(house.release(), "latest", report=silent)
    await house.note()
    await house.caught_up()
    version = await switch_back(house.old.engine, FIRST, clock=house.old.clock)
    assert version == 1
    await house.note("note-8")
    await house.caught_up()
    assert await house.held() == {
        "note-0": (1, "first wording"),
        "note-1": (2, "first wording"),
        "note-2": (1, "first wording"),
        "note-8": (1, "first wording"),
    }


async def test_switching_back_throws_away_a_build_that_was_broken_off(house: House) -> None:
    await rebuild(house.release(), "latest", report=silent)
    for _ in range(3):
        await house.note("note-2")
    await house.caught_up()
    failing = replace(FIRST, project=refuse_the_third)
    with pytest.raises(RebuildFailed):
        await rebuild(house.release(failing), "latest", report=silent)
    assert await switch_back(house.old.engine, FIRST, clock=house.old.clock) == 1
    await house.note("note-2")
    await house.caught_up()
    assert (await house.held())["note-2"] == (5, "first wording")
    readers = await house.place.fetch("SELECT DISTINCT reader FROM checkpoint ORDER BY 1")
    assert [row["reader"] for row in readers] == ["latest", "latest@2"]


async def test_without_a_build_before_there_is_nothing_to_switch_back_to(house: House) -> None:
    with pytest.raises(NothingBefore):
        await switch_back(house.old.engine, FIRST, clock=house.old.clock)


async def test_from_topics_it_is_built_the_same(postgres_url: str, kafka_bootstrap: str) -> None:
    async with (
        workplace(postgres_url, kafka_bootstrap) as speaker,
        workplace(postgres_url, kafka_bootstrap) as listener,
    ):
        await speaker.create_topic()
        speaking = speaker.kernel(published={type(BODY): Published(classification="public")})
        first = replace(FIRST, topics=(speaker.topic,))
        listening = listener.kernel()
        listening.project(first)
        async with speaking.running(), listening.running():
            receipts = [
                await speaking.handle(note, speaker.stream(n % 4), Note(events=(BODY,)), context())
                for n in range(12)
            ]
            last = receipts[-1]
            reader: Any = listening.readers["latest"]
            for receipt in receipts:
                assert await reader.reached_version(receipt.stream, receipt.version, timeout=30)
            retries = reader.progress.retries
            anew = listener.kernel()
            anew.project(replace(first, project=project_otherwise))
            assert await rebuild(anew, "latest", report=silent) == 2
            async with listening.engine.connect() as connection:
                held = {tuple(row) for row in await connection.execute(select(LATEST))}
            assert held == {(speaker.stream(n), 3, "second wording") for n in range(4)}
            more = await speaking.handle(note, last.stream, Note(events=(BODY,)), context())
            assert await reader.reached_version(more.stream, more.version, timeout=30)
            assert reader.progress.retries == retries
