"""Whoever is forgotten stands in no build: not in the one before, nor in one that was left."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, Text, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.sample import sample
from events.catalog.talent import TalentRegistered
from events.sourcing import rebuild as rebuilding
from events.sourcing.builds import hold_builds, purge_forgotten
from events.sourcing.database import BEFORE, NEXT, READ_MODELS
from events.sourcing.erasure import Eraser, KeyWatch
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection, create_tables
from events.sourcing.rebuild import rebuild
from events.sourcing.statements import First, Statement
from events.sourcing.switch import switch_back
from events.sourcing.types import Recorded
from tests.support.kernel import Note, Workplace, context, in_background, note, workplace

TABLES = MetaData()
PEOPLE = Table(
    "people", TABLES, Column("talent_id", Text, primary_key=True), Column("full_name", Text)
)
EVERYWHERE = {READ_MODELS: ["t-1", "t-2"], NEXT: ["t-1", "t-2"], BEFORE: ["t-1", "t-2"]}
ONLY_THE_OTHER = {READ_MODELS: ["t-2"], NEXT: ["t-2"], BEFORE: ["t-2"]}


def project(recorded: Recorded[Any]) -> Iterable[Statement]:
    registered = recorded.event
    if registered.full_name is not None:
        yield First(PEOPLE, {"talent_id": registered.talent_id, "full_name": registered.full_name})


WHO = Projection(name="people", tables=TABLES, project=project)


class BrokenOff(Exception):
    """The build came to its end but for the last step."""


class Hall:
    """A service that knows two people, in every build of its read model."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.kernel = self.release()
        reader = self.kernel.readers["people"]
        assert isinstance(reader, JournalReader)
        self.reader = reader

    def release(self) -> Kernel:
        kernel = self.place.kernel()
        kernel.project(WHO)
        return kernel

    async def meet(self, talent_id: str) -> None:
        person = sample(TalentRegistered, talent_id=talent_id, full_name=f"name of {talent_id}")
        await self.kernel.handle(note, f"note-{talent_id}", Note(events=(person,)), context())
        await self.caught_up()

    async def caught_up(self) -> None:
        last = await self.kernel.journal.last_position()
        assert await self.reader.reached(last, timeout=20)

    async def break_a_build_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def dies(*_: object, **__: object) -> bool:
            raise BrokenOff

        with monkeypatch.context() as patched:
            patched.setattr(rebuilding, "switch", dies)
            with pytest.raises(BrokenOff):
                await rebuild(self.release(), "people", report=silent)

    async def forget(self, talent_id: str) -> None:
        eraser = Eraser(self.kernel, believed_seconds=0)
        await eraser.forget(talent_id, lambda: self._purge(talent_id))

    async def _purge(self, talent_id: str) -> None:
        async with self.kernel.engine.begin() as connection:
            await connection.execute(delete(PEOPLE).where(PEOPLE.c.talent_id == talent_id))

    async def held(self) -> dict[str, list[str]]:
        return {schema: await self.held_in(schema) for schema in (READ_MODELS, NEXT, BEFORE)}

    async def held_in(self, schema: str) -> list[str]:
        table = PEOPLE.to_metadata(MetaData(), schema=schema)
        async with self.kernel.engine.connect() as connection:
            rows = await connection.scalars(select(table.c.talent_id).order_by("talent_id"))
            return list(rows)

    async def restore(self, schema: str, talent_id: str) -> None:
        """As a copy from before would, or a build that had opened the value just before."""
        async with self.place.superuser() as connection:
            await connection.execute(
                f"INSERT INTO {schema}.people VALUES ($1, 'a name')",  # noqa: S608 - a name of ours
                talent_id,
            )


def silent(_: str) -> None:
    return


@pytest.fixture
async def hall(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hall]:
    async with workplace(postgres_url) as place:
        hall = Hall(place)
        await create_tables(hall.kernel.engine, TABLES)
        async with in_background(hall.reader.run()):
            await hall.meet("t-1")
            await hall.meet("t-2")
            await rebuild(hall.release(), "people", report=silent)
            await hall.break_a_build_off(monkeypatch)
            assert await hall.held() == EVERYWHERE
            yield hall


async def test_an_erasure_reaches_every_build(hall: Hall) -> None:
    await hall.forget("t-1")
    assert await hall.held() == ONLY_THE_OTHER


async def test_without_that_the_other_builds_remember(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what a service empties itself is the build that serves."""

    async def leaves_them(_: Eraser, __: str) -> None:
        return

    monkeypatch.setattr(Eraser, "_purge_builds", leaves_them)
    await hall.forget("t-1")
    assert await hall.held() == EVERYWHERE | {READ_MODELS: ["t-2"]}


@pytest.mark.parametrize("schema", [NEXT, BEFORE])
async def test_what_comes_into_a_build_too_late_is_found_and_goes(hall: Hall, schema: str) -> None:
    await hall.forget("t-1")
    await hall.restore(schema, "t-1")
    assert (await hall.held())[schema] == ["t-1", "t-2"]
    await KeyWatch(hall.kernel).look()
    assert await hall.held() == ONLY_THE_OTHER


async def test_switching_back_brings_nobody_back(hall: Hall) -> None:
    await hall.forget("t-1")
    await hall.restore(BEFORE, "t-1")
    await switch_back(hall.kernel.engine, WHO, clock=hall.kernel.clock)
    await hall.meet("t-3")
    assert await hall.held_in(READ_MODELS) == ["t-2", "t-3"]


async def test_switching_back_without_looking_would(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""

    async def looks_away(connection: AsyncConnection) -> int:
        await hold_builds(connection)
        return 0

    monkeypatch.setattr("events.sourcing.switch.purge_forgotten", looks_away)
    await hall.forget("t-1")
    await hall.restore(BEFORE, "t-1")
    await switch_back(hall.kernel.engine, WHO, clock=hall.kernel.clock)
    await hall.meet("t-3")
    assert await hall.held_in(READ_MODELS) == ["t-1", "t-2", "t-3"]


async def test_a_build_after_an_erasure_knows_nothing_of_it(hall: Hall) -> None:
    await hall.forget("t-1")
    await rebuild(hall.release(), "people", report=silent)
    assert await hall.held_in(READ_MODELS) == ["t-2"]


async def test_tables_stand_still_while_rows_are_purged(hall: Hall) -> None:
    purging = asyncio.Event()

    async def purge() -> int:
        async with hall.kernel.engine.begin() as connection:
            purging.set()
            return await purge_forgotten(connection)

    async with hall.kernel.engine.begin() as switching:
        await hold_builds(switching)
        waiting = asyncio.create_task(purge())
        await purging.wait()
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
    assert await waiting == 0
