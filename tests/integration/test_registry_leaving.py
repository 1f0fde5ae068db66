"""Leaving the registry over HTTP: who may ask, what a legal hold bars, and what comes after."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from events.sourcing.kernel_tables import erasure
from tests.support.kernel import until
from tests.support.registry import (
    DECLARED,
    MINHANG_CLERK,
    REGISTRAR,
    Door,
    open_door,
    own_settings,
    somebody,
    the_talent,
)

ASKED = {"reason": "consent-withdrawn"}
HOLD = {"authority": "Minhang District Court", "reason": "a dispute about a subsidy"}


@pytest.fixture
async def door(postgres_url: str, tmp_path: Path) -> AsyncIterator[Door]:
    async with open_door(await own_settings(postgres_url, tmp_path)) as opened:
        yield opened


async def hold(door: Door, talent_id: str) -> str:
    held = await door.done(f"/talents/{talent_id}/holds", HOLD)
    return str(held["hold_id"])


async def is_forgotten(door: Door, talent_id: str) -> bool:
    query = select(erasure.c.completed_at).where(erasure.c.subject == talent_id)
    async with door.kernel.engine.connect() as connection:
        return await connection.scalar(query) is not None


async def test_a_legal_hold_bars_an_erasure_and_says_so(door: Door) -> None:
    talent_id = await door.registered()
    hold_id = await hold(door, talent_id)
    last = await door.kernel.journal.last_position()
    for asker in (the_talent(talent_id), REGISTRAR):
        refused = await door.post(f"/talents/{talent_id}/erasure", ASKED, by=asker)
        assert refused.status_code == 422
        told = refused.json()
        assert (told["type"], told["facts"]) == ("erasure-on-legal-hold", {"holds": hold_id})
        assert HOLD["reason"] not in refused.text
    assert await door.kernel.journal.last_position() == last
    assert (await door.file(talent_id))["full_name"] == somebody()["full_name"]


async def test_of_two_holds_one_that_is_lifted_bars_no_more_and_the_other_still_does(
    door: Door,
) -> None:
    talent_id = await door.registered()
    one, other = await hold(door, talent_id), await hold(door, talent_id)
    await door.done(f"/talents/{talent_id}/holds/{one}/lift", HOLD)
    refused = await door.post(f"/talents/{talent_id}/erasure", ASKED)
    assert refused.json()["facts"] == {"holds": other}


async def test_once_nothing_bars_it_the_talent_is_forgotten(door: Door) -> None:
    """The control of the holds above: without one the same request goes through."""
    talent_id = await door.registered()
    hold_id = await hold(door, talent_id)
    assert (await door.post(f"/talents/{talent_id}/erasure", ASKED)).status_code == 422
    await door.done(f"/talents/{talent_id}/holds/{hold_id}/lift", HOLD)
    asked = await door.post(f"/talents/{talent_id}/erasure", ASKED, by=the_talent(talent_id))
    assert asked.status_code == 202
    await until(lambda: is_forgotten(door, talent_id))
    assert (await door.get(f"/talents/{talent_id}")).status_code == 404
    for path, body in (("facts", DECLARED), ("holds", HOLD), ("erasure", ASKED)):
        refused = await door.post(f"/talents/{talent_id}/{path}", body)
        assert (refused.status_code, refused.json()["type"]) == (422, "talent-erased"), path


async def test_nobody_else_asks_for_it_or_holds_it_up(door: Door) -> None:
    talent_id, other = await door.registered(), await door.registered(2)
    hold_id = await hold(door, talent_id)
    attempts = (
        ("erasure", ASKED, the_talent(other)),
        ("erasure", ASKED, MINHANG_CLERK),
        ("holds", HOLD, the_talent(talent_id)),
        ("holds", HOLD, MINHANG_CLERK),
        (f"holds/{hold_id}/lift", HOLD, the_talent(talent_id)),
    )
    for path, body, by in attempts:
        refused = await door.post(f"/talents/{talent_id}/{path}", body, by=by)
        assert refused.status_code == 403, (path, by)
    unknown = "00000000-0000-0000-0000-000000000000"
    refused = await door.post(f"/talents/{talent_id}/holds/{unknown}/lift", HOLD)
    assert (refused.status_code, refused.json()["type"]) == (404, "hold-not-found")
    assert not await is_forgotten(door, talent_id)
