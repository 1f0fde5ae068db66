"""Who was forgotten may register anew, as somebody of whom nothing was known before."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import select

from events.catalog.identity import IdentityReleased
from events.sourcing.database import database_of
from events.sourcing.kernel_tables import erasure
from services.registry.identity.domain import ERASURE_TAKES
from services.registry.talent import farewell
from tests.support.kernel import until
from tests.support.registry import (
    DECLARED,
    NOON,
    Door,
    open_door,
    own_settings,
    somebody,
    the_talent,
)

ASKED = {"reason": "consent-withdrawn"}


@pytest.fixture
async def door(postgres_url: str, tmp_path: Path) -> AsyncIterator[Door]:
    async with open_door(await own_settings(postgres_url, tmp_path)) as opened:
        yield opened


async def names(door: Door) -> list[str]:
    return [row.name for row in await door.kernel.journal.read_after(0, limit=1_000)]


async def ask_to_be_forgotten(door: Door, talent_id: str) -> None:
    await door.done(f"/talents/{talent_id}/erasure", ASKED, by=the_talent(talent_id))


async def forgotten(door: Door, talent_id: str) -> None:
    await ask_to_be_forgotten(door, talent_id)

    async def is_over() -> bool:
        last = await door.kernel.journal.read_last(f"talent-{talent_id}")
        return last[0].name == "talent.erasure-completed.v1"

    await until(is_over)


async def test_who_was_forgotten_registers_anew_under_another_id(door: Door) -> None:
    before = await door.registered()
    await forgotten(door, before)
    after = await door.registered()
    assert after != before
    await door.done(f"/talents/{after}/facts", DECLARED, by=the_talent(after))
    assert (await door.file(after))["full_name"] == somebody()["full_name"]
    last = await door.kernel.journal.last_position()
    listed = (await door.get("/talents", after=last)).json()
    assert [one["talent_id"] for one in listed["talents"]] == [after]


async def test_the_old_id_stays_forgotten_when_its_person_comes_back(door: Door) -> None:
    before = await door.registered()
    await forgotten(door, before)
    await door.registered()
    last = await door.kernel.journal.last_position()
    assert (await door.get(f"/talents/{before}", after=last)).status_code == 404
    refused = await door.post(f"/talents/{before}/facts", DECLARED, by=the_talent(before))
    assert refused.json()["type"] == "talent-erased"
    assert await door.kernel.keyring.find([before]) == {}
    async with door.kernel.engine.connect() as connection:
        assert list(await connection.scalars(select(erasure.c.subject))) == [before]


async def test_who_came_back_is_registered_once_and_may_leave_again(door: Door) -> None:
    await forgotten(door, await door.registered())
    second = await door.registered()
    taken = await door.post("/talents", somebody())
    assert (taken.status_code, taken.json()["type"]) == (422, "already-registered")
    await forgotten(door, second)
    third = await door.registered()
    assert (await door.file(third))["full_name"] == somebody()["full_name"]
    assert (await names(door)).count("identity.released.v1") == 2


async def test_a_registration_sent_again_has_its_old_answer_and_registers_nobody(
    door: Door,
) -> None:
    first = await door.post("/talents", somebody(), key="k-1")
    talent_id = first.json()["talent_id"]
    await forgotten(door, talent_id)
    recorded = await names(door)
    again = await door.post("/talents", somebody(), key="k-1")
    assert again.json()["talent_id"] == talent_id
    assert await names(door) == recorded
    assert (await door.get(f"/talents/{talent_id}")).status_code == 404


async def test_while_the_erasure_is_under_way_the_refusal_says_when_to_try_again(
    door: Door, postgres_url: str
) -> None:
    talent_id = await door.registered()
    last_steps = await asyncpg.connect(f"{postgres_url}{database_of(door.kernel.service)}")
    try:
        async with last_steps.transaction():
            # Nobody can begin to forget; what is read of the table can still be read.
            await last_steps.execute("LOCK TABLE erasure IN EXCLUSIVE MODE")
            await ask_to_be_forgotten(door, talent_id)

            async def is_erased() -> bool:
                return "talent.erased.v1" in await names(door)

            await until(is_erased)
            refused = await door.post("/talents", somebody())
        assert (refused.status_code, refused.json()["type"]) == (422, "erasure-under-way")
        assert refused.json()["facts"] == {"try_again_at": (NOON + ERASURE_TAKES).isoformat()}
        assert talent_id not in refused.text
    finally:
        await last_steps.close()

    async def is_released() -> bool:
        return "identity.released.v1" in await names(door)

    await until(is_released)
    assert (await door.post("/talents", somebody())).status_code == 201


async def test_a_request_that_is_held_up_by_law_keeps_the_number(door: Door) -> None:
    talent_id = await door.registered()
    hold = {"authority": "Minhang District Court", "reason": "a dispute about a subsidy"}
    await door.done(f"/talents/{talent_id}/holds", hold)
    assert (await door.post(f"/talents/{talent_id}/erasure", ASKED)).status_code == 422
    refused = await door.post("/talents", somebody())
    assert refused.json()["type"] == "already-registered"


async def test_the_release_stands_beside_the_end_of_the_erasure(door: Door) -> None:
    talent_id = await door.registered()
    await forgotten(door, talent_id)
    rows = await door.kernel.journal.read_after(0, limit=1_000)
    assert [row.name for row in rows[-2:]] == [
        "talent.erasure-completed.v1",
        "identity.released.v1",
    ]
    (released,) = await door.kernel.desk.open(rows[-1:])
    assert isinstance(released.event, IdentityReleased)
    assert released.event.talent_id == talent_id


async def test_without_the_release_nobody_who_was_forgotten_comes_back(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: an erasure that ends as it did before there was a release."""

    async def finds_none(*_: object) -> None:
        return

    monkeypatch.setattr(farewell, "claim_held_by", finds_none)
    await forgotten(door, await door.registered())
    refused = await door.post("/talents", somebody())
    assert (refused.status_code, refused.json()["type"]) == (422, "already-registered")
