"""Whatever is answered says which matter it belongs to."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import StreamingResponse

from events.edge.correlated import HEADER, Correlated, belongs_to

TOLD = {HEADER: "matter-7"}


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()

    @app.get("/plain")
    async def plain() -> int:
        return 1

    @app.get("/refused")
    async def refused() -> int:
        raise HTTPException(403)

    @app.get("/broken")
    async def broken() -> int:
        raise ValueError("what somebody typed")

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(iter([b"one", b"two"]))

    @app.post("/command")
    async def command(request: Request) -> int:
        belongs_to(request.scope, "the command's own")
        return 1

    app.add_middleware(Correlated)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://edge.test") as client:
        yield client


@pytest.mark.parametrize("path", ["/plain", "/refused", "/broken", "/stream", "/nothing-there"])
async def test_every_answer_names_the_matter_it_was_asked_in(
    http: httpx.AsyncClient, path: str
) -> None:
    assert (await http.get(path, headers=TOLD)).headers[HEADER] == "matter-7"


async def test_a_question_that_names_no_matter_is_one_of_its_own(http: httpx.AsyncClient) -> None:
    first, second = await http.get("/plain"), await http.get("/plain")
    assert first.headers[HEADER] != second.headers[HEADER]
    assert all(answer.headers[HEADER] for answer in (first, second))


async def test_a_command_says_the_matter_it_was_recorded_in(http: httpx.AsyncClient) -> None:
    assert (await http.post("/command")).headers[HEADER] == "the command's own"


@pytest.mark.parametrize("named", ["", "x" * 101, "tab\there", "h\u00e9"])
async def test_what_no_matter_is_called_is_not_repeated(
    http: httpx.AsyncClient, named: str
) -> None:
    answer = await http.get("/plain", headers=[(HEADER.encode(), named.encode("latin-1"))])
    assert answer.headers[HEADER] != named
    assert answer.headers[HEADER]


async def test_what_went_wrong_is_a_problem_that_tells_nothing_but_the_matter(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.get("/broken", headers=TOLD)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {"type": "internal-error", "status": 500, "correlation_id": "matter-7"}
