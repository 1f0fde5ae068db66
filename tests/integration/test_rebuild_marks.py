"""A build comes exactly as far as the model that serves: nobody hears twice, and nobody misses."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from events.sourcing import building
from events.sourcing import switch as switching
from events.sourcing.building import Building, RebuildFailed
from events.sourcing.database import open_builder_engine
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel_tables import checkpoint
from events.sourcing.pages import OWN, JournalPages, Marks, Page
from events.sourcing.rebuild import BUILD_LOCK, rebuild
from events.sourcing.statements import Newest, Statement
from events.sourcing.switch import begin, builder
from events.sourcing.types import Recorded
from tests.support.kernel import in_background
from tests.support.release import FIRST, LATEST, SECOND, House, far_behind, serving_house, silent

LAST_OF_ITS_STREAM = 30


@pytest.fixture
async def house(postgres_url: str) -> AsyncIterator[House]:
    async with serving_house(postgres_url) as house:
        yield house


def unwritable(recorded: Recorded[Any]) -> Iterable[Statement]:
    """The row of one event lacks what its table asks for, which shows only when it is written."""
    version = None if recorded.position == LAST_OF_ITS_STREAM else recorded.version
    yield Newest(LATEST, {"stream": recorded.stream, "version": version, "said": "once"})


async def heard_after_a_build(house: House) -> list[int]:
    """What a reader tells that stood still, far behind, while its model was built anew."""
    reader = JournalReader("latest", house.old.tail, house.reader.applier, house.reader.wake)
    heard: list[int] = []
    reader.progress.on_applied(lambda done: heard.extend(one.position for one in done))
    await rebuild(house.release(), "latest", report=silent)
    async with in_background(reader.run()):
        assert await reader.reached(await house.old.journal.last_position(), timeout=20)
    return heard


async def test_what_the_serving_model_had_not_reached_is_still_told(postgres_url: str) -> None:
    async with far_behind(postgres_url) as house:
        assert await heard_after_a_build(house) == [4, 5, 6, 7, 8]


async def test_a_build_that_runs_ahead_lets_events_go_unheard(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a build to the end of the journal."""
    monkeypatch.setattr(switching, "_read_now", lambda *_: {OWN: 8})
    async with far_behind(postgres_url) as house:
        assert await heard_after_a_build(house) == []


async def test_an_event_whose_row_cannot_be_written_is_found_among_many(house: House) -> None:
    for number in range(30):
        await house.note(f"note-{number % 4}")
    await house.caught_up()
    held = await house.held()
    with pytest.raises(RebuildFailed, match=r"note-2 at version 8 .*IntegrityError"):
        await rebuild(house.release(replace(FIRST, project=unwritable)), "latest", report=silent)
    assert await house.held() == held


async def test_of_two_builds_at_once_one_is_refused(house: House) -> None:
    async with house.place.connected("app") as other:
        await other.execute("SELECT pg_advisory_lock($1, hashtext('latest'))", BUILD_LOCK)
        with pytest.raises(RebuildFailed, match="another build"):
            await rebuild(house.release(), "latest", report=silent)
    assert await rebuild(house.release(), "latest", report=silent) == 2


class Cut:
    """The journal, one event at a time; after the first, all connections are gone once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._pages = JournalPages(house.old.desk)
        self.cuts = 0

    async def between(self, starts: Marks, ends: Marks, *, most: int) -> AsyncGenerator[Page, None]:
        async for page in self._pages.between(starts, ends, most=min(most, 1)):
            yield page
            if not self.cuts:
                self.cuts += 1
                await self._cut()

    async def _cut(self) -> None:
        async with self._house.place.superuser() as server:
            await server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


async def test_a_build_whose_connections_are_cut_goes_on(house: House) -> None:
    engine = open_builder_engine(house.place.url())
    try:
        version = await begin(engine, SECOND, clock=house.old.clock)
        source = Cut(house)
        anew = Building(engine, SECOND, source, reader=builder("latest", version))
        stands: list[Marks] = []
        await anew.up_to({OWN: 3}, told=stands.append)
        assert source.cuts == 1
        assert stands[-1] == {OWN: 3}
        async with engine.connect() as connection:
            assert len((await connection.execute(select(LATEST))).all()) == 3
    finally:
        await engine.dispose()


class Beside:
    """The journal, one event at a time, beside another reader."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._pages = JournalPages(house.old.desk)

    async def between(self, starts: Marks, ends: Marks, *, most: int) -> AsyncGenerator[Page, None]:
        async for page in self._pages.between(starts, ends, most=min(most, 1)):
            yield page

    async def move(self) -> None:
        """The other reader goes on."""
        somebody = {"reader": "somebody", "topic": "elsewhere", "partition": 0}
        moved = insert(checkpoint).values(**somebody, next_offset=1)
        further = {"next_offset": checkpoint.c.next_offset + 1}
        async with self._house.old.engine.begin() as connection:
            await connection.execute(
                moved.on_conflict_do_update(index_elements=list(somebody), set_=further)
            )


@pytest.mark.parametrize("moves", [True, False])
async def test_a_build_rests_only_while_other_readers_move(
    house: House, monkeypatch: pytest.MonkeyPatch, *, moves: bool
) -> None:
    """Before it has looked twice, somebody may be there; the end of the journal moves none."""
    for number in range(8):
        await house.note(f"note-{number % 4}")
    await house.caught_up()
    last = await house.old.journal.last_position()
    rested: list[float] = []

    source = Beside(house)

    async def rest(seconds: float) -> None:
        rested.append(seconds)
        if moves:
            await source.move()

    for name in ("ROWS", "ROWS_ALONE"):
        monkeypatch.setattr(building, name, 1)
    monkeypatch.setattr(building, "asyncio", SimpleNamespace(sleep=rest))
    engine = open_builder_engine(house.place.url())
    try:
        version = await begin(engine, SECOND, clock=house.old.clock)
        anew = Building(engine, SECOND, source, reader=builder("latest", version))
        await anew.up_to({OWN: last}, told=lambda _: None)
    finally:
        await engine.dispose()
    assert len(rested) >= last - 1 if moves else len(rested) == 1
