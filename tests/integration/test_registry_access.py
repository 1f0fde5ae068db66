"""Who may read and write a talent's file, and that nothing of it lies open in the journal."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from events.edge.identity import Actor
from tests.support.registry import (
    CONCIERGE,
    DECLARED,
    DOCTOR,
    MATCHMAKER,
    MINHANG_CLERK,
    REGISTRAR,
    TIER,
    Door,
    open_door,
    own_settings,
    somebody,
    the_talent,
)


@pytest.fixture
async def door(postgres_url: str, tmp_path: Path) -> AsyncIterator[Door]:
    async with open_door(await own_settings(postgres_url, tmp_path)) as opened:
        yield opened


async def test_a_talent_declares_their_own_facts_and_verifies_none(door: Door) -> None:
    talent_id = await door.registered()
    talent = the_talent(talent_id)
    path = f"/talents/{talent_id}/facts"
    await door.done(path, DECLARED, by=talent)
    ruling = {"facts": [{"name": "check:SH-PUJIANG/x", "value": True}]}
    claims = {"facts": [DOCTOR | {"source": "verified"}]}
    for body in (ruling, claims):
        assert (await door.post(path, body, by=talent)).status_code == 403
    credentials = await door.post(f"/talents/{talent_id}/credentials", DOCTOR, by=talent)
    assert credentials.status_code == 403
    assert (await door.post(f"/talents/{talent_id}/tiers", TIER, by=talent)).status_code == 403


async def test_a_body_confers_its_own_tiers_alone(door: Door) -> None:
    talent_id = await door.registered()
    putuo = Actor(subject="clerk-2", roles=frozenset({"clerk"}), body_id="putuo")
    nobody = Actor(subject="clerk-3", roles=frozenset({"clerk"}))
    for clerk in (putuo, nobody):
        refused = await door.post(f"/talents/{talent_id}/tiers", TIER, by=clerk)
        assert refused.status_code == 403


async def test_a_file_is_read_by_its_talent_the_registry_and_the_concierge(door: Door) -> None:
    talent_id = await door.registered()
    other = await door.registered(2)
    for reader in (the_talent(talent_id), REGISTRAR, CONCIERGE):
        assert (await door.file(talent_id, by=reader))["talent_id"] == talent_id
    half_a_talent = Actor(subject="x", roles=frozenset({"talent"}))
    borrowed = Actor(subject="x", roles=frozenset({"matchmaker"}), talent_id=talent_id)
    for reader in (the_talent(other), MATCHMAKER, MINHANG_CLERK, half_a_talent, borrowed):
        for path in (f"/talents/{talent_id}", "/talents/00000000-0000-0000-0000-000000000000"):
            assert (await door.get(path, by=reader)).status_code == 403
    assert (await door.http.get(f"/talents/{talent_id}")).status_code == 401


async def test_the_list_is_for_the_registry_alone(door: Door) -> None:
    talent_id = await door.registered()
    for reader in (the_talent(talent_id), CONCIERGE, MATCHMAKER, MINHANG_CLERK):
        assert (await door.get("/talents", by=reader)).status_code == 403


async def test_nothing_about_a_person_lies_open_in_the_journal(door: Door) -> None:
    talent_id = await door.registered()
    await door.done(f"/talents/{talent_id}/credentials", DOCTOR)
    await door.done(f"/talents/{talent_id}/tiers", TIER, by=MINHANG_CLERK)
    async with door.kernel.engine.connect() as connection:
        payloads = await connection.scalars(text("SELECT payload FROM journal"))
        stored = b"\n".join(payloads).decode()
    number = somebody()["identity_number"]
    for secret in ("样例", number, "1990-05-17", "doctor", "chunshen", "2027-12-31", "resident"):
        assert secret not in stored
