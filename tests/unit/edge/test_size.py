"""A request that brings more than any form or list needs is turned away before it is read."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request

from events.edge.size import MOST_BYTES, BodyLimit


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()

    @app.post("/lists")
    @app.post("/v1/traces")
    async def count(request: Request) -> int:
        return len(await request.body())

    @app.get("/live")
    async def live(request: Request) -> int:
        return len(await request.body())

    limited = BodyLimit(app, open_to={"/v1/traces"})
    transport = httpx.ASGITransport(app=limited)
    async with httpx.AsyncClient(transport=transport, base_url="http://edge.test") as client:
        yield client


async def in_parts(size: int) -> AsyncIterator[bytes]:
    """A body that does not say beforehand how long it is."""
    for _ in range(0, size, MOST_BYTES // 4):
        yield b"x" * (MOST_BYTES // 4)


async def test_as_much_as_is_allowed_arrives_whole(http: httpx.AsyncClient) -> None:
    assert (await http.post("/lists", content=b"x" * MOST_BYTES)).json() == MOST_BYTES
    assert (await http.post("/lists", content=in_parts(MOST_BYTES))).json() == MOST_BYTES


async def test_more_is_413_whether_it_says_so_or_not(http: httpx.AsyncClient) -> None:
    said = await http.post("/lists", content=b"x" * (MOST_BYTES + 1))
    unsaid = await http.post("/lists", content=in_parts(2 * MOST_BYTES))
    for answer in (said, unsaid):
        assert (answer.status_code, answer.json()["type"]) == (413, "request-too-large")


async def test_a_claim_that_is_no_number_is_counted(http: httpx.AsyncClient) -> None:
    answer = await http.post(
        "/lists", content=b"x" * (MOST_BYTES + 1), headers={"Content-Length": "many"}
    )
    assert answer.status_code == 413


async def test_spans_and_streams_are_not_held_up(http: httpx.AsyncClient) -> None:
    assert (await http.post("/v1/traces", content=b"x" * (MOST_BYTES + 1))).status_code == 200
    assert (await http.get("/live")).json() == 0
