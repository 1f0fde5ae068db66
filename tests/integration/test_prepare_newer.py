"""Data that a later version wrote is refused by an older one, with what to do, and left alone."""

import secrets

import asyncpg
import pytest

from events.sourcing.database import NewerData, prepare_database, service_url
from infra.local.places import ROOT
from tests.support.recipe import run_in

LATER = "9999_what_nobody_knows_yet"


@pytest.fixture
async def service(postgres_url: str) -> str:
    """A service that this version has prepared."""
    name = f"dated_{secrets.token_hex(4)}"
    await prepare_database(postgres_url, name)
    return name


async def migrations(postgres_url: str, service: str, *more: str) -> list[str]:
    """What was applied, with what a later version would have noted."""
    owner = await asyncpg.connect(service_url(postgres_url, service=service, role="owner"))
    try:
        for number in more:
            await owner.execute("INSERT INTO migration VALUES ($1)", number)
        rows = await owner.fetch("SELECT number FROM migration ORDER BY number")
        return [row["number"] for row in rows]
    finally:
        await owner.close()


async def test_what_this_version_knows_is_prepared_again_without_a_word(
    postgres_url: str, service: str
) -> None:
    before = await migrations(postgres_url, service)
    await prepare_database(postgres_url, service)
    assert await migrations(postgres_url, service) == before


async def test_what_a_later_version_wrote_is_refused_and_left_alone(
    postgres_url: str, service: str
) -> None:
    before = await migrations(postgres_url, service, LATER)
    owner = await asyncpg.connect(service_url(postgres_url, service=service, role="owner"))
    try:
        await owner.execute("DELETE FROM migration WHERE number = '0002_ledger'")
    finally:
        await owner.close()
    with pytest.raises(NewerData, match=LATER):
        await prepare_database(postgres_url, service)
    assert set(before) - set(await migrations(postgres_url, service)) == {"0002_ledger"}


async def test_the_command_says_which_database_and_what_to_do(
    postgres_url: str, service: str
) -> None:
    await migrations(postgres_url, service, LATER)
    ended = run_in(ROOT, "events.sourcing.prepare", service, DATABASE_URL=postgres_url)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    for said in (f"concord_{service}", LATER, "use that version again", "make reset"):
        assert said in ended.stderr
