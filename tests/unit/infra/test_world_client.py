"""The loader and the story ask until what they wait for is there."""

import httpx
import pytest

from infra.world import client as asking
from infra.world.client import Client, NotThere, Unanswered


def client_hearing(*answers: httpx.Response) -> Client:
    left = list(answers)
    transport = httpx.MockTransport(lambda _: left.pop(0) if len(left) > 1 else left[0])
    http = httpx.AsyncClient(transport=transport)
    return Client(secret=b"a secret for tests", urls={"policy": "http://policy"}, http=http)


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.2)


async def test_what_a_service_has_not_heard_of_yet_is_asked_for_again() -> None:
    not_yet, stale = httpx.Response(404, json={}), httpx.Response(200, json={"stale": True})
    client = client_hearing(not_yet, stale, httpx.Response(200, json={"stale": False}))
    answer = await client.get_when("policy", "/e/1", lambda answer: not answer["stale"])
    assert answer == {"stale": False}


async def test_what_never_comes_is_said_in_the_end() -> None:
    with pytest.raises(Unanswered, match="did not come"):
        await client_hearing(httpx.Response(404)).get_when("policy", "/e/1", lambda _: True)


async def test_a_single_question_about_nothing_is_answered_at_once() -> None:
    with pytest.raises(NotThere):
        await client_hearing(httpx.Response(404)).get("policy", "/e/1")


async def test_a_refusal_is_not_asked_again() -> None:
    with pytest.raises(Unanswered, match="403"):
        await client_hearing(httpx.Response(403), httpx.Response(200, json={})).get_when(
            "policy", "/e/1", lambda _: True
        )
