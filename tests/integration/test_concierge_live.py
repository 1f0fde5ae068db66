"""The live stream over real HTTP, and read models that can be thrown away."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import Table, select

from events.edge.identity import Actor, SignedTokens
from events.sourcing.clock import LEGAL_ZONE, SimulatedClock
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection
from events.sourcing.rebuild import forget
from services.concierge.projection import MINE, QUEUE, TICKET
from tests.support.concierge import SECRET, Desk, open_desk, own_settings, staff, talent

NIGHT = datetime(2026, 9, 30, 23, 10, tzinfo=LEGAL_ZONE).astimezone(UTC)
HOUSING = {"topic": "housing", "subject": "公寓钥匙", "message": "今晚到，无法进门。"}
LI, WANG, CHEN = talent("talent-li"), talent("talent-wang"), staff("chen")


@pytest.fixture
async def desk(postgres_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    settings = await own_settings(postgres_url, tmp_path, SimulatedClock(NIGHT))
    async with open_desk(settings, NIGHT) as running:
        yield running


@asynccontextmanager
async def served(desk: Desk) -> AsyncIterator[str]:
    """The same application behind a real socket."""
    config = uvicorn.Config(
        desk.app, host="127.0.0.1", port=0, lifespan="off", log_level="error", loop="asyncio"
    )
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listening.close()


async def heard(
    url: str, actor: Actor, count: int, *, after: int, **params: str
) -> list[tuple[int, dict[str, Any]]]:
    """The first messages of a stream: position and content."""
    messages: list[tuple[int, dict[str, Any]]] = []
    headers = {
        "Authorization": f"Bearer {SignedTokens(SECRET).issue(actor)}",
        "Last-Event-ID": str(after),
    }
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("GET", f"{url}/live", headers=headers, params=params) as stream,
    ):
        position = 0
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                position = int(value)
            elif name == "data":
                messages.append((position, json.loads(value)))
            if len(messages) == count:
                break
    return messages


async def a_life(desk: Desk, who: Actor) -> str:
    async with desk.asks(who) as asker, desk.asks(CHEN) as chen:
        ticket_id: str = (await asker.done("/tickets", HOUSING))["ticket_id"]
        path = f"/tickets/{ticket_id}"
        await chen.done(f"{path}/answer", {"answer": "好"})
        await chen.done(f"{path}/resolve", {"resolution": "好"})
        await asker.done(f"{path}/rate", {"stars": 4})
    return ticket_id


async def test_staff_hear_of_every_change_in_order(desk: Desk) -> None:
    async with served(desk) as url:
        hearing = asyncio.create_task(heard(url, CHEN, 10, after=0))
        for who in (LI, WANG):
            await a_life(desk, who)
        messages = await hearing

    assert [position for position, _ in messages] == list(range(1, 11))
    codes = ["opened", "accepted", "answered", "resolved", "rated"]
    assert [message["code"] for _, message in messages] == codes * 2


async def test_a_lost_connection_resumes_where_it_was(desk: Desk) -> None:
    await a_life(desk, LI)
    async with served(desk) as url:
        messages = await heard(url, CHEN, 2, after=3)
    assert [(position, message["code"]) for position, message in messages] == [
        (4, "resolved"),
        (5, "rated"),
    ]


async def test_a_talent_hears_of_their_own_tickets_only(desk: Desk) -> None:
    await a_life(desk, WANG)
    own = await a_life(desk, LI)
    async with served(desk) as url:
        messages = await heard(url, LI, 5, after=0)
    assert {message["ticket_id"] for _, message in messages} == {own}


async def test_one_ticket_can_be_followed(desk: Desk) -> None:
    await a_life(desk, WANG)
    one = await a_life(desk, LI)
    async with served(desk) as url:
        messages = await heard(url, CHEN, 5, after=0, ticket_id=one)
    assert {message["ticket_id"] for _, message in messages} == {one}


@pytest.mark.parametrize("projection", [QUEUE, MINE, TICKET], ids=lambda p: p.name)
async def test_a_read_model_built_again_is_the_same(desk: Desk, projection: Projection) -> None:
    await a_life(desk, LI)
    async with desk.asks(WANG) as wang:
        await wang.done("/tickets", HOUSING)
        desk.clock.advance(timedelta(minutes=31))
        late = (await wang.done("/tickets", HOUSING))["ticket_id"]
    desk.clock.advance(timedelta(hours=1))
    last = await desk.hears(late, "first-response-breached")
    await settled(desk.kernel, projection, last)
    built = await contents(desk.kernel, projection)

    again = asyncio.create_task(applied_again(desk.kernel, projection, last))
    await forget(desk.kernel.engine, projection)
    await again

    assert await contents(desk.kernel, projection) == built
    assert any(built.values())


async def settled(kernel: Kernel, projection: Projection, position: int) -> None:
    reader: Any = kernel.readers[projection.name]
    assert await reader.reached(position, timeout=10)


async def applied_again(kernel: Kernel, projection: Projection, position: int) -> None:
    """Wait until this position is applied once more."""
    reader = kernel.readers[projection.name]
    positions: set[int] = set()
    reader.progress.on_applied(lambda done: positions.update(one.position for one in done))
    assert await reader.progress.until(lambda: position in positions, timeout=20)


async def contents(kernel: Kernel, projection: Projection) -> dict[str, list[Any]]:
    async with kernel.engine.connect() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in (await connection.execute(select(table))).all()), key=repr
            )
            for table in tables(projection)
        }


def tables(projection: Projection) -> list[Table]:
    return projection.tables.sorted_tables
