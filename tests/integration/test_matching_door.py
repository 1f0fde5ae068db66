"""Who may ask matching for what, and what its HTTP door answers; Kafka may be away."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from events.edge.identity import Actor
from events.sourcing.clock import SimulatedClock
from tests.support.matching import (
    CHART,
    MATCHMAKER,
    NO_KAFKA,
    NOON,
    POST,
    Room,
    demand,
    open_room,
    own_settings,
    read,
    talent,
)

LI = talent("t-li")
CLERK = Actor(subject="clerk-sun", roles=frozenset({"clerk"}), body_id="minhang")
CONCIERGE = Actor(subject="concierge-chen", roles=frozenset({"concierge"}))


@pytest.fixture
async def room(postgres_url: str, tmp_path: Path) -> AsyncIterator[Room]:
    settings = await own_settings(postgres_url, NO_KAFKA, tmp_path, SimulatedClock(NOON))
    async with open_room(settings) as running:
        yield running


@pytest.fixture
async def zhao(room: Room) -> AsyncIterator[httpx.AsyncClient]:
    async with room.asks(MATCHMAKER) as client:
        (await client.post("/chains", json=CHART)).raise_for_status()
        yield client


async def test_fifty_equal_requests_at_once_are_one_demand(
    zhao: httpx.AsyncClient, room: Room
) -> None:
    key = {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *(zhao.post("/demands", json=POST, headers=key) for _ in range(50))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    stream = f"demand-{answers[0].json()['demand_id']}"
    assert len(await room.kernel.journal.read_stream(stream)) == 1


async def test_the_same_key_for_something_else_is_a_conflict(zhao: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "once"}
    demand_id = await demand(zhao, POST, **key)

    other = await zhao.post("/demands", json={**POST, "stars": 1}, headers=key)
    elsewhere = await zhao.post(
        f"/demands/{demand_id}/close", json={"reason": "filled"}, headers=key
    )

    assert (other.status_code, elsewhere.status_code) == (409, 409)


async def test_demands_are_listed_with_the_names_of_their_places(zhao: httpx.AsyncClient) -> None:
    first = await demand(zhao, POST)
    second = await demand(zhao, {**POST, "stars": 5})
    closed = (await zhao.post(f"/demands/{first}/close", json={"reason": "filled"})).json()

    still = await read(zhao, "/demands?chain_id=ic", closed["position"])
    ended = (await zhao.get("/demands", params={"state": "closed"})).json()

    (one,) = still["demands"]
    assert (one["demand_id"], one["synthetic"], one["stars"]) == (second, True, 5)
    assert one["chain"] == {"zh": "集成电路", "en": "Integrated circuits"}
    assert one["node"]["en"] == "Chip design"
    assert "raised_by" not in one
    assert [each["demand_id"] for each in ended["demands"]] == [first]


async def test_the_same_chart_again_changes_nothing(zhao: httpx.AsyncClient) -> None:
    again = (await zhao.post("/chains", json=CHART)).json()
    seen = await read(zhao, "/chains", again["position"])

    assert (again["version"], again["event_ids"]) == (1, [])
    assert [chart["chain_id"] for chart in seen["chains"]] == ["ic"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"node_id": "ic-nowhere"}, 404, "chain-node-not-found"),
        ({"chain_id": "nowhere"}, 404, "chain-node-not-found"),
        ({"degree_at_least": "genius"}, 422, "degree-unknown"),
        ({"region": "atlantis"}, 422, "region-unknown"),
        ({"degree_at_least": None}, 422, "demand-condition-not-asked"),
    ],
)
async def test_a_demand_that_nobody_could_meet_is_refused(
    zhao: httpx.AsyncClient, changes: dict[str, Any], status: int, code: str
) -> None:
    refused = await zhao.post("/demands", json={**POST, **changes})

    assert (refused.status_code, refused.json()["type"]) == (status, code)


async def test_what_no_database_keeps_is_refused_at_the_door(zhao: httpx.AsyncClient) -> None:
    answers = [
        await zhao.post("/demands", json={**POST, "title_en": "Engi\0neer"}),
        await zhao.post("/chains", json={**CHART, "name_en": "Ch\0ips"}),
        await zhao.get("/demands", params={"chain_id": "\0"}),
        await zhao.get("/matches/demands/%00"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422]


async def test_the_demands_of_one_node_are_listed_the_scarcest_first(
    zhao: httpx.AsyncClient, room: Room
) -> None:
    plain, scarce = await demand(zhao, POST), await demand(zhao, {**POST, "stars": 5})

    here = {"chain_id": POST["chain_id"], "node_id": POST["node_id"]}
    last = {"after": str(await room.kernel.journal.last_position())}
    found = (await zhao.get("/demands", params=here | last)).json()["demands"]
    elsewhere = (await zhao.get("/demands", params={"node_id": "nowhere"})).json()["demands"]

    assert [each["demand_id"] for each in found] == [scarce, plain]
    assert elsewhere == []


async def test_an_unknown_demand_is_not_found(zhao: httpx.AsyncClient) -> None:
    assert (await zhao.get("/matches/demands/nobody")).status_code == 404
    closing = await zhao.post("/demands/nobody/close", json={"reason": "filled"})
    assert closing.status_code == 404


@pytest.mark.parametrize(
    ("actor", "own", "others", "demands"),
    [
        (LI, 200, 403, 403),
        (MATCHMAKER, 200, 200, 404),
        (CLERK, 200, 200, 404),
        (CONCIERGE, 403, 403, 403),
        (Actor(subject="nobody", roles=frozenset()), 403, 403, 403),
        (Actor(subject="t-li", roles=frozenset({"talent"})), 403, 403, 403),
    ],
    ids=["the talent", "a matchmaker", "a clerk", "a concierge", "no role", "no talent id"],
)
async def test_matches_are_for_the_talent_and_for_staff_who_match(
    room: Room, actor: Actor, own: int, others: int, demands: int
) -> None:
    async with room.asks(actor) as client:
        assert (await client.get("/matches/talents/t-li")).status_code == own
        assert (await client.get("/matches/talents/t-wang")).status_code == others
        assert (await client.get("/matches/demands/nobody")).status_code == demands


async def test_a_talent_writes_nothing_here(room: Room) -> None:
    async with room.asks(LI) as client:
        assert (await client.post("/chains", json=CHART)).status_code == 403
        assert (await client.post("/demands", json=POST)).status_code == 403
        closing = await client.post("/demands/d-1/close", json={"reason": "filled"})
        assert closing.status_code == 403
        assert (await client.get("/demands")).status_code == 200


async def test_nobody_is_answered_without_a_token(room: Room) -> None:
    async with room.asks(LI) as client:
        client.headers.pop("Authorization")
        for path in ("/chains", "/demands", "/matches/talents/t-li", "/live"):
            assert (await client.get(path)).status_code == 401
