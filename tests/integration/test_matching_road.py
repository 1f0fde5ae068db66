"""Talents and demands find each other over HTTP and Kafka, on a real PostgreSQL."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from events.catalog.match import MatchProposed, ShortlistChanged
from events.sourcing.clock import SimulatedClock
from events.sourcing.settings import Settings
from events.sourcing.types import Recorded
from services.matching.app import build
from services.matching.live import changes
from tests.support.kernel import rebuilt
from tests.support.matching import (
    CHART,
    MATCHMAKER,
    NOON,
    TODAY,
    Registry,
    Room,
    demand,
    fact,
    fits,
    open_room,
    own_post,
    own_settings,
    read,
    talent,
)


@pytest.fixture
async def settings(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> Settings:
    return await own_settings(postgres_url, kafka_bootstrap, tmp_path, SimulatedClock(NOON))


@pytest.fixture
async def registry(kafka_bootstrap: str) -> AsyncIterator[Registry]:
    beside = Registry(kafka_bootstrap)
    yield beside
    await beside.close()


@pytest.fixture
async def room(settings: Settings) -> AsyncIterator[Room]:
    async with open_room(settings) as running:
        yield running


@pytest.fixture
async def zhao(room: Room) -> AsyncIterator[httpx.AsyncClient]:
    async with room.asks(MATCHMAKER) as client:
        (await client.post("/chains", json=CHART)).raise_for_status()
        yield client


async def history(room: Room, stream: str) -> list[Recorded[Any]]:
    kernel = room.kernel
    return await kernel.desk.open(await kernel.journal.read_stream(stream))


async def settled(room: Room, client: httpx.AsyncClient) -> None:
    """Wait until the demands so far are matched and what came of it can be read."""
    for reader in ("demand-rematch", "proposal", "shortlist"):
        last = await room.kernel.journal.last_position()
        assert await room.kernel.readers[reader].reached(last, timeout=30)  # type: ignore[attr-defined]
    assert (await client.get("/health")).status_code == 200


async def test_stated_facts_lead_to_a_proposal_with_the_same_numbers_on_both_sides(
    zhao: httpx.AsyncClient, registry: Registry, room: Room
) -> None:
    post, talent_id = own_post(), str(uuid4())
    demand_id = await demand(zhao, post)
    await settled(room, zhao)
    event_id = await registry.states(talent_id, fits(post), matter="an-arrival")

    after = f"talent-{talent_id}@1"
    theirs = await read(zhao, f"/matches/talents/{talent_id}", after)
    ours = await read(zhao, f"/matches/demands/{demand_id}", after)

    (mine,), (other,) = theirs["matches"], ours["matches"]
    assert (mine["demand_id"], other["talent_id"]) == (demand_id, talent_id)
    assert (mine["score"], mine["standing"], mine["synthetic"]) == (100, "fits", True)
    assert (other["score"], other["reasons"]) == (mine["score"], mine["reasons"])
    assert sum(reason["points"] for reason in mine["reasons"]) == mine["score"]
    (proposed,) = await history(room, f"match-{talent_id}")
    (listed,) = await history(room, f"match-demand-{demand_id}")
    assert isinstance(proposed.event, MatchProposed)
    assert isinstance(listed.event, ShortlistChanged)
    assert {proposed.causation_id, listed.causation_id} == {event_id}
    assert {proposed.correlation_id, listed.correlation_id} == {"an-arrival"}


async def test_a_missing_fact_is_named_and_when_it_comes_the_list_changes(
    zhao: httpx.AsyncClient, registry: Registry, room: Room
) -> None:
    post, talent_id = own_post(), str(uuid4())
    await demand(zhao, post)
    await settled(room, zhao)
    path, known = f"/matches/talents/{talent_id}", fits(post)
    without_years = [each for each in known if each.name != "work_experience_years"]
    await registry.states(talent_id, without_years)
    (before,) = (await read(zhao, path, f"talent-{talent_id}@1"))["matches"]

    await registry.states(talent_id, known, version=2)
    (after,) = (await read(zhao, path, f"talent-{talent_id}@2"))["matches"]
    await registry.states(talent_id, known, version=3)
    await read(zhao, path, f"talent-{talent_id}@3")

    assert (before["missing"], before["score"]) == (["work_experience_years"], 85)
    assert (after["missing"], after["score"]) == ([], 100)
    assert len(await history(room, f"match-{talent_id}")) == 2


async def test_a_demand_raised_later_finds_who_is_known_and_a_closed_one_lets_go(
    zhao: httpx.AsyncClient, registry: Registry, room: Room
) -> None:
    post, talent_id = own_post(), str(uuid4())
    await registry.states(talent_id, fits(post))
    await read(zhao, f"/matches/talents/{talent_id}", f"talent-{talent_id}@1")

    demand_id = await demand(zhao, post)
    await settled(room, zhao)
    found = (await zhao.get(f"/matches/demands/{demand_id}")).json()["matches"]
    (theirs,) = (await zhao.get(f"/matches/talents/{talent_id}")).json()["matches"]
    closed = await zhao.post(f"/demands/{demand_id}/close", json={"reason": "filled"})
    await settled(room, zhao)

    assert [each["talent_id"] for each in found] == [talent_id]
    assert theirs["demand_id"] == demand_id
    assert closed.is_success
    assert (await zhao.get(f"/matches/talents/{talent_id}")).json()["matches"] == []
    assert (await zhao.get(f"/matches/demands/{demand_id}")).json()["matches"] == []
    assert (await history(room, f"match-{talent_id}"))[-1].event.demands == ()


async def test_what_was_known_before_a_restart_is_matched_after_it(
    settings: Settings, registry: Registry
) -> None:
    post, talent_id = own_post(), str(uuid4())
    async with open_room(settings) as room, room.asks(MATCHMAKER) as client:
        await client.post("/chains", json=CHART)
        first = await demand(client, post)
        await registry.states(talent_id, fits(post))
        await read(client, f"/matches/talents/{talent_id}", f"talent-{talent_id}@1")
    async with open_room(settings) as room, room.asks(MATCHMAKER) as client:
        second = await demand(client, {**post, "stars": 5})
        await settled(room, client)
        matches = (await client.get(f"/matches/talents/{talent_id}")).json()["matches"]

        assert [each["demand_id"] for each in matches] == [second, first]
        assert len(await history(room, f"match-{talent_id}")) == 2
        assert len(await history(room, f"match-demand-{first}")) == 1


async def test_a_forgotten_talent_leaves_every_list_and_nothing_of_them_can_be_read(
    zhao: httpx.AsyncClient, registry: Registry, room: Room
) -> None:
    post, talent_id = own_post(), str(uuid4())
    demand_id = await demand(zhao, post)
    await settled(room, zhao)
    await registry.states(talent_id, fits(post))
    await read(zhao, f"/matches/talents/{talent_id}", f"talent-{talent_id}@1")

    await registry.forgets(talent_id, version=2)
    theirs = await read(zhao, f"/matches/talents/{talent_id}", f"talent-{talent_id}@2")
    ours = await read(zhao, f"/matches/demands/{demand_id}", f"talent-{talent_id}@2")

    assert (theirs["matches"], ours["matches"]) == ([], [])
    proposed, _ = await history(room, f"match-{talent_id}")
    assert proposed.event.demands is None


async def test_when_a_fact_ends_the_next_day_has_another_list(
    zhao: httpx.AsyncClient, registry: Registry, room: Room
) -> None:
    post, talent_id = own_post(), str(uuid4())
    await demand(zhao, post)
    await settled(room, zhao)
    known = [each for each in fits(post) if each.name != "work_region"]
    ends = fact("work_region", "minhang", valid_to=TODAY)
    await registry.states(talent_id, [*known, ends])
    await read(zhao, f"/matches/talents/{talent_id}", f"talent-{talent_id}@1")
    own = talent(talent_id)

    heard = changes(room.kernel, own, behind=await room.kernel.journal.last_position())
    room.clock.advance(timedelta(days=1))
    message = await anext(heard)
    await heard.aclose()

    (after,) = (await zhao.get(f"/matches/talents/{talent_id}")).json()["matches"]
    assert talent_id in str(message.data)
    assert (after["score"], after["missing"]) == (85, ["work_region"])


async def test_every_read_model_built_anew_is_the_same(
    settings: Settings, registry: Registry
) -> None:
    post, stays, goes = own_post(), str(uuid4()), str(uuid4())

    def others(row: Any) -> bool:
        return getattr(row, "talent_id", stays) not in {stays, goes}

    async with open_room(settings) as room, room.asks(MATCHMAKER) as client:
        await client.post("/chains", json=CHART)
        closed = await demand(client, post)
        await demand(client, post)
        await registry.states(goes, fits(post))
        await registry.forgets(goes, version=2)
        await registry.states(stays, fits(post))
        await client.post(f"/demands/{closed}/close", json={"reason": "filled"})
        for talent_id, version in ((goes, 2), (stays, 1)):
            await read(client, f"/matches/talents/{talent_id}", f"talent-{talent_id}@{version}")
        await settled(room, client)
        before = await rows(room.kernel, without=others)
    # Other tests have put facts of later days on the topic that all of them share.
    later = replace(settings, clock=SimulatedClock(NOON + timedelta(days=3650)))
    for name in before:
        await rebuilt(build(later).state.kernel, name)

    assert all(before.values())
    anew = build(later).state.kernel
    assert await rows(anew, without=others) == before
    await anew.close()


async def rows(kernel: Any, *, without: Callable[[Any], bool]) -> dict[str, list[Any]]:
    """Everything in every read model but the rows about other people."""
    found = {}
    async with kernel.engine.connect() as connection:
        for name, projection in kernel.projections.items():
            (table,) = projection.tables.sorted_tables
            ordered = select(table).order_by(*table.primary_key.columns)
            rows = [tuple(row) for row in await connection.execute(ordered) if not without(row)]
            found[name] = rows
    return found


async def test_talents_matched_together_are_each_matched_because_of_their_own_facts(
    zhao: httpx.AsyncClient, registry: Registry, room: Room
) -> None:
    post = own_post()
    await demand(zhao, post)
    await settled(room, zhao)
    causes = {str(uuid4()): "" for _ in range(30)}
    for talent_id in causes:
        causes[talent_id] = await registry.states(talent_id, fits(post))
    for talent_id in causes:
        await read(zhao, f"/matches/talents/{talent_id}", f"talent-{talent_id}@1")

    for talent_id, event_id in causes.items():
        (proposed,) = await history(room, f"match-{talent_id}")
        assert proposed.causation_id == event_id
