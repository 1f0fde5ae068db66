"""What a command asked twice looks like at the door: one event, fifty equal answers, or 409."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.edge.asking import Asked, new_id
from events.edge.identity import Actor, SignedTokens
from events.edge.receipts import ReceiptOut, receipt_out
from events.edge.service import make_app
from events.sourcing.types import Refused
from tests.support.kernel import NoteOnce, Workplace, note

TOKENS = SignedTokens(b"secret")
CLERK = {"authorization": f"Bearer {TOKENS.issue(Actor(subject='c', roles=frozenset()))}"}
router = APIRouter()


@router.post("/notes/{name}")
async def take_note(name: str, context: Asked, request: Request) -> ReceiptOut:
    event = sample(BodyEstablished, body_id=new_id(context, "body"))
    kernel = request.app.state.kernel
    receipt = await kernel.handle(note, f"note-{name}", NoteOnce(event=event), context)
    return receipt_out(receipt)


@router.get("/refuse/{code}")
async def refuse(code: str) -> None:
    raise Refused(code, why="because")


@pytest.fixture
async def client(place: Workplace) -> AsyncIterator[httpx.AsyncClient]:
    app: FastAPI = make_app(place.kernel(), title="notes", authenticator=TOKENS, routers=[router])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://notes") as client:
        yield client


def keyed(key: str) -> dict[str, str]:
    return {**CLERK, "idempotency-key": key}


async def test_the_same_command_fifty_times_at_once(
    client: httpx.AsyncClient, place: Workplace
) -> None:
    answers = await asyncio.gather(
        *(client.post("/notes/1", json={"a": 1}, headers=keyed("k")) for _ in range(50))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(await place.fetch("SELECT 1 FROM journal")) == 1


@pytest.mark.parametrize(("path", "body"), [("/notes/1", {"a": 2}), ("/notes/2", {"a": 1})])
async def test_the_same_key_for_something_else_is_409(
    client: httpx.AsyncClient, place: Workplace, path: str, body: dict[str, int]
) -> None:
    await client.post("/notes/1", json={"a": 1}, headers=keyed("k"))
    answer = await client.post(path, json=body, headers=keyed("k"))
    assert answer.status_code == 409
    assert answer.json()["type"] == "idempotency-key-reused"
    assert len(await place.fetch("SELECT 1 FROM journal")) == 1


async def test_the_same_key_of_someone_else_is_another_command(client: httpx.AsyncClient) -> None:
    other = TOKENS.issue(Actor(subject="d", roles=frozenset()))
    await client.post("/notes/1", headers=keyed("k"))
    headers = {"authorization": f"Bearer {other}", "idempotency-key": "k"}
    answer = await client.post("/notes/2", headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize(("code", "status"), [("note-not-found", 404), ("note-closed", 422)])
async def test_a_refusal_is_a_problem_by_its_code(
    client: httpx.AsyncClient, code: str, status: int
) -> None:
    answer = await client.get(f"/refuse/{code}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {"type": code, "status": status, "facts": {"why": "because"}}


async def test_nobody_writes_without_a_token(client: httpx.AsyncClient) -> None:
    assert (await client.post("/notes/1")).status_code == 401
    broken = {"authorization": "Bearer broken"}
    assert (await client.post("/notes/1", headers=broken)).status_code == 401
