"""What callers meet when too many wait at once, and when the answer to a write is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, Request

from events.edge.asking import Asked
from events.edge.identity import Actor, SignedTokens
from events.edge.receipts import ReceiptOut, receipt_out
from events.edge.service import make_app
from events.sourcing import appender as appender_module
from events.sourcing.appender import Appender
from events.sourcing.kernel import Kernel
from events.sourcing.types import Receipt
from tests.support.kernel import BODY, Note, Workplace, context, note, until, workplace
from tests.support.lost_answers import LosesAnswers, LosesTheFirstAnswer

TOKENS = SignedTokens(b"secret")
CLERK = {"authorization": f"Bearer {TOKENS.issue(Actor(subject='c', roles=frozenset()))}"}
LIMIT = 5
ASKED = 20
router = APIRouter()


@router.post("/notes/{name}")
async def take_note(name: str, context: Asked, request: Request) -> ReceiptOut:
    kernel: Kernel = request.app.state.kernel
    return receipt_out(await kernel.handle(note, f"note-{name}", Note(), context))


@asynccontextmanager
async def door(kernel: Kernel) -> AsyncIterator[httpx.AsyncClient]:
    app = make_app(kernel, title="notes", authenticator=TOKENS, routers=[router])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://notes", headers=CLERK
    ) as client:
        yield client


@asynccontextmanager
async def nobody_gets_a_turn(place: Workplace) -> AsyncIterator[asyncpg.Connection]:
    """Holds the lock by which appends take turns."""
    async with place.connected() as connection:
        await connection.execute("SELECT pg_advisory_lock(7001)")
        yield connection


async def _answers(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, *, limit: int
) -> tuple[list[httpx.Response], int]:
    """What callers are told while nobody gets a turn, and how many events there are in the end."""
    monkeypatch.setattr(appender_module, "QUEUE_LIMIT", limit)
    async with workplace(postgres_url) as place, door(place.kernel()) as client:
        appender = place.kernels[0].journal.appender
        async with nobody_gets_a_turn(place):
            asked = [asyncio.create_task(client.post("/notes/0"))]
            await until(lambda: _takes_its_turn(place))
            asked += [asyncio.create_task(client.post(f"/notes/{n}")) for n in range(1, ASKED)]

            async def settled() -> bool:
                return appender.waiting + sum(one.done() for one in asked) == ASKED - 1

            await until(settled)
            assert appender.waiting <= limit
        answers = [await one for one in asked]
        return answers, len(await place.fetch("SELECT 1 FROM journal"))


async def _takes_its_turn(place: Workplace) -> bool:
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return bool(await place.fetch(waiting))


async def test_beyond_the_queue_callers_are_told_when_to_come_again_and_nothing_is_recorded(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, recorded = await _answers(postgres_url, monkeypatch, limit=LIMIT)
    turned_away = [answer for answer in answers if answer.status_code == 503]
    taken = [answer for answer in answers if answer.status_code == 200]
    assert (len(taken), len(turned_away)) == (LIMIT + 1, ASKED - LIMIT - 1)
    for answer in turned_away:
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.json()["type"] == "too-busy"
    assert recorded == len(taken)


async def test_a_queue_without_a_bound_turns_nobody_away(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: it is the bound that answers 503, not the load."""
    answers, recorded = await _answers(postgres_url, monkeypatch, limit=10 * ASKED)
    assert {answer.status_code for answer in answers} == {200}
    assert recorded == ASKED


async def test_who_was_turned_away_is_served_when_asking_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appender_module, "QUEUE_LIMIT", 0)
    async with workplace(postgres_url) as place, door(place.kernel()) as client:
        keyed = {"idempotency-key": "k"}
        assert (await client.post("/notes/1", headers=keyed)).status_code == 503
        monkeypatch.setattr(appender_module, "QUEUE_LIMIT", LIMIT)
        assert (await client.post("/notes/1", headers=keyed)).status_code == 200
        assert len(await place.fetch("SELECT 1 FROM journal")) == 1


class Fails(Appender):
    """Every turn ends like this."""

    def __init__(self, failure: Exception) -> None:
        async def write(_: object) -> NoReturn:
            raise failure

        super().__init__(write)


async def test_while_the_disk_is_full_callers_are_told_when_to_come_again(
    postgres_url: str,
) -> None:
    async with workplace(postgres_url) as place, door(place.kernel()) as client:
        journal, keyed = place.kernels[0].journal, {"idempotency-key": "k"}
        works, journal.appender = journal.appender, Fails(asyncpg.DiskFullError("no space left"))
        answer = await client.post("/notes/1", headers=keyed)
        assert (answer.status_code, answer.json()["type"]) == (503, "record-unavailable")
        assert int(answer.headers["retry-after"]) >= 1
        journal.appender = works
        assert (await client.post("/notes/1", headers=keyed)).status_code == 200


async def test_a_fault_of_our_own_is_not_blamed_on_the_database(postgres_url: str) -> None:
    async with workplace(postgres_url) as place, door(place.kernel()) as client:
        place.kernels[0].journal.appender = Fails(asyncpg.UndefinedColumnError("no such column"))
        with pytest.raises(asyncpg.UndefinedColumnError):
            await client.post("/notes/1")


async def _stored(place: Workplace) -> list[tuple[int, object]]:
    rows = await place.fetch("SELECT position, event_id FROM journal ORDER BY position")
    return [(row["position"], row["event_id"]) for row in rows]


def _told(receipt: Receipt) -> list[tuple[int, object]]:
    """Each event's position and id, as the receipt tells them."""
    first = receipt.position - len(receipt.event_ids) + 1
    return list(enumerate(receipt.event_ids, start=first))


async def test_a_lost_answer_is_looked_up_with_the_same_ids_and_positions(
    postgres_url: str,
) -> None:
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        write = LosesAnswers(kernel.journal)
        kernel.journal.appender = Appender(write)
        command, asked = Note(events=(BODY, BODY, BODY)), context("k")
        receipt = await kernel.handle(note, "note-1", command, asked)
        assert write.lost == 1
        assert receipt.repeated
        assert _told(receipt) == await _stored(place)
        again = await kernel.handle(note, "note-1", command, asked)
        assert _told(again) == await _stored(place)


async def test_a_caller_who_asks_under_another_key_after_a_lost_answer_records_twice(
    postgres_url: str,
) -> None:
    """The negative control: without the key there is nothing to look up."""
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        await kernel.handle(note, "note-1", Note(), context("k"))
        await kernel.handle(note, "note-1", Note(), context("another"))
        assert len(await _stored(place)) == 2


FORGETS_KEYS = """
CREATE RULE forget_keys AS ON INSERT TO command_log DO INSTEAD NOTHING;
ALTER TABLE journal DROP CONSTRAINT journal_event_id_key;
"""


async def test_without_the_memory_of_keys_a_lost_answer_is_recorded_twice(
    postgres_url: str,
) -> None:
    """The control of the look-up: the same lost answer where the record keeps no keys."""
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        async with place.connected() as owner:
            await owner.execute(FORGETS_KEYS)
        kernel.journal.appender = Appender(LosesTheFirstAnswer(kernel.journal))
        receipt = await kernel.handle(note, "note-1", Note(), context("k"))
        assert not receipt.repeated
        assert len(await _stored(place)) == 2
