"""What the answer of another service means to a reader: take it, do without, give up or wait."""

from pathlib import Path
from uuid import UUID

import httpx
import pytest

from contracts.sample import NOON
from events.edge.fetching import fetching
from events.edge.identity import SignedTokens
from events.sourcing.clock import SimulatedClock
from events.sourcing.datarefs import DataAway, DataUnknown, Fetch, data_path
from events.sourcing.settings import Settings

PATH = data_path(UUID(int=7))
PROBLEM = {"type": "event-not-found", "status": 404}


def fetch_from(answer: httpx.Response | Exception, *, seen: list[httpx.Request]) -> Fetch:
    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    settings = Settings(
        service="readers",
        database_url="postgresql://nobody@127.0.0.1:1/",
        bootstrap="127.0.0.1:1",
        secret=b"secret",
        kek_file=Path("kek"),
        clock=SimulatedClock(NOON),
        otlp_endpoint=None,
        host="127.0.0.1",
        port=1,
        peers={"notes": "http://notes"},
    )
    return fetching(settings, httpx.MockTransport(handle))


async def test_it_asks_in_the_name_of_its_own_service() -> None:
    seen: list[httpx.Request] = []
    fetch = fetch_from(httpx.Response(200, content=b'{"a":1}'), seen=seen)
    assert await fetch("notes", PATH) == b'{"a":1}'
    (request,) = seen
    assert request.url == f"http://notes{PATH}"
    actor = SignedTokens(b"secret").actor_of(
        request.headers["authorization"].removeprefix("Bearer ")
    )
    assert actor is not None
    assert (actor.subject, actor.roles) == ("system:readers", frozenset({"system"}))


async def test_what_is_gone_for_good_is_done_without() -> None:
    assert await fetch_from(httpx.Response(410), seen=[])("notes", PATH) is None


async def test_what_the_service_does_not_know_is_given_up() -> None:
    with pytest.raises(DataUnknown):
        await fetch_from(httpx.Response(404, json=PROBLEM), seen=[])("notes", PATH)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401),
        httpx.Response(403),
        httpx.Response(404, text="no route"),
        httpx.Response(404, json={"detail": "Not Found"}),
        httpx.Response(404, json=[]),
        httpx.Response(500),
        httpx.Response(503),
        httpx.ConnectError("away"),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_anything_else_is_waited_for(answer: httpx.Response | Exception) -> None:
    with pytest.raises(DataAway):
        await fetch_from(answer, seen=[])("notes", PATH)


async def test_a_service_without_an_address_is_waited_for() -> None:
    seen: list[httpx.Request] = []
    with pytest.raises(DataAway):
        await fetch_from(httpx.Response(200), seen=seen)("unknown", PATH)
    assert seen == []
