"""Every service vouches for its record while it runs, and says at its door what became of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from events.edge.identity import SignedTokens
from events.edge.service import make_app
from events.sourcing.kernel import Kernel
from events.sourcing.ledger.heads import Heads
from events.sourcing.ledger.patrol import Patrol, wrong_above
from events.sourcing.ledger.places import HeadsFolder
from events.sourcing.ledger.tiles import TILE, root_of_tile
from events.sourcing.settings import Settings
from infra.local.ports import discovered_services, free_port
from tests.support.conforming import Conforming
from tests.support.kernel import (
    Note,
    Workplace,
    context,
    note,
    until,
)
from tests.support.ledger import SEED
from tests.support.ops import open_watch
from tests.support.ops import own_settings as ops_settings
from tests.support.record import SignedRecord, signed_record
from tests.support.services import build

SIGNED_SOON_SECONDS = 20


def told(settings: Settings, folder: Path) -> Settings:
    """The same service with a key of its own and a second place for its heads."""
    key = folder / "head-key"
    key.write_bytes(SEED)
    return replace(settings, head_key_file=key, heads_folder=folder / "heads")


def heads_of(kernel: Kernel) -> Heads:
    heads = kernel.vouching.heads
    assert heads is not None
    return heads


async def asked(kernel: Kernel, path: str) -> httpx.Response:
    app: FastAPI = make_app(kernel, title="t", authenticator=SignedTokens(b"s"), routers=[])
    transport = Conforming(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as http:
        return await http.get(path)


async def test_a_service_that_runs_signs_by_itself(place: Workplace) -> None:
    settings = told(place.settings(), place.folder)
    kernel = Kernel(settings)
    await kernel.handle(note, place.stream(1), Note(), context())
    folder = HeadsFolder(place.folder / "heads", service=place.service)

    async def arrived() -> bool:
        return await folder.newest() == 1

    async with kernel.running():
        await until(arrived, seconds=SIGNED_SOON_SECONDS)
        health = (await asked(kernel, "/health")).json()
    assert health["status"] == "ok"
    assert health["record"]["state"] == "whole"
    assert (health["record"]["position"], health["record"]["age_seconds"]) == (1, 0)


@pytest.mark.parametrize("service", discovered_services())
def test_every_service_signs_with_the_key_it_is_given(service: str, tmp_path: Path) -> None:
    kernel: Kernel = build(service, told(_nowhere(service, tmp_path), tmp_path)).state.kernel
    assert kernel.vouching.heads is not None
    # The control: it is the key that makes it sign.
    without: Kernel = build(service, _nowhere(service, tmp_path)).state.kernel
    assert without.vouching.heads is None


def _nowhere(service: str, folder: Path) -> Settings:
    (folder / "kek").write_bytes(bytes(32))
    place = Workplace(
        server_url="postgresql://nobody@127.0.0.1:1/",
        bootstrap="127.0.0.1:1",
        service=service,
        folder=folder,
    )
    return place.settings()


async def test_a_service_without_a_key_says_that_nobody_vouches(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    kernel = place.kernel()
    async with kernel.running():
        assert kernel.vouching.standing() == {"state": "unsigned"}
        assert "concord_record_signed_position" not in (await asked(kernel, "/metrics")).text
    assert "HEAD_KEY_FILE is not set" in caplog.text


async def test_a_service_without_a_second_place_says_so(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    kernel = Kernel(replace(told(place.settings(), place.folder), heads_folder=None))
    place.kernels.append(kernel)
    kernel.vouching.say_what_is_missing()
    assert "HEADS_FOLDER is not set" in caplog.text


@pytest.fixture
async def record(postgres_url: str) -> AsyncIterator[SignedRecord]:
    """Three full tiles and some rows, with two heads."""
    async with signed_record(postgres_url, heads=0) as record:
        await record.write(2 * TILE + 100)
        await record.sign()
        await record.write(TILE)
        await record.sign()
        yield record


def vouching(record: SignedRecord) -> Kernel:
    settings = told(record.place.settings(), record.place.folder)
    kernel = Kernel(settings)
    record.place.kernels.append(kernel)
    return kernel


async def standing_of(kernel: Kernel) -> Mapping[str, Any]:
    standing: Mapping[str, Any] = (await asked(kernel, "/health")).json()["record"]
    return standing


TAMPERING = {
    "an old payload": (
        "UPDATE journal SET payload = '' WHERE position = 300",
        "positions 257 to 512 do not hold what was signed",
    ),
    "an old link": (
        "UPDATE journal SET link = '' WHERE position = 300",
        "positions 257 to 512 do not hold what was signed",
    ),
    "an old row": (
        "DELETE FROM journal WHERE position = 7",
        "positions 1 to 256 do not hold what was signed",
    ),
    "an old stream": (
        "DELETE FROM journal WHERE stream = 'note-3'",
        "positions 1 to 256 do not hold what was signed",
    ),
    "an old tile": ("DELETE FROM tree_tile WHERE number = 1", "tile 1 of its tree is missing"),
    "a new payload": (
        "UPDATE journal SET payload = '' WHERE position = 860",
        "its rows are not those that were signed",
    ),
    "the tail": (
        "DELETE FROM journal WHERE position > 800",
        "it is shorter than what was signed",
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
async def test_a_service_notices_by_itself_that_its_record_was_altered(
    record: SignedRecord, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    kernel = vouching(record)
    await heads_of(kernel).turn()
    assert (await standing_of(kernel))["state"] == "whole"
    statement, said = TAMPERING[what]
    await record.tamper(statement)
    await heads_of(kernel).turn()
    standing = await standing_of(kernel)
    assert (standing["state"], standing["trouble"]) == ("altered", said)
    assert said in caplog.text
    figure = f'concord_record_altered{{service="{record.place.service}"}} 1.0'
    assert figure in (await asked(kernel, "/metrics")).text


async def test_without_looking_back_an_old_edit_goes_unnoticed(
    record: SignedRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what signs looks at new rows alone; the patrol is what finds the old one."""

    async def looks_away(_: Patrol, __: AsyncEngine, *, tiles: int) -> None:
        return None

    monkeypatch.setattr(Patrol, "look", looks_away)
    kernel = vouching(record)
    await record.tamper(TAMPERING["an old payload"][0])
    await heads_of(kernel).turn()
    assert (await standing_of(kernel))["state"] == "whole"


async def test_a_record_that_was_put_right_is_vouched_for_again(record: SignedRecord) -> None:
    kernel = vouching(record)
    (kept,) = await record.place.fetch("SELECT payload FROM journal WHERE position = 300")
    await record.tamper(TAMPERING["an old payload"][0])
    await heads_of(kernel).turn()
    assert (await standing_of(kernel))["state"] == "altered"
    await record.write(1)
    assert len(await record.place.fetch("SELECT 1 FROM signed_head")) == 2
    before = f"'\\x{kept['payload'].hex()}'"
    await record.tamper(f"UPDATE journal SET payload = {before} WHERE position = 300")  # noqa: S608 - what stood there
    await heads_of(kernel).turn()
    standing = await standing_of(kernel)
    assert (standing["state"], standing["position"]) == ("whole", 3 * TILE + 101)


async def test_heads_signed_before_the_record_was_altered_still_reach_the_second_place(
    record: SignedRecord,
) -> None:
    for file in record.folder.folder.iterdir():
        file.unlink()
    await record.tamper(TAMPERING["an old payload"][0])
    kernel = vouching(record)
    await heads_of(kernel).turn()
    assert heads_of(kernel).altered
    assert record.folder.sizes() == [2 * TILE + 100, 3 * TILE + 100]


async def test_all_full_tiles_are_looked_at_round_and_round(record: SignedRecord) -> None:
    patrol = Patrol()
    async with record.place.connected("app") as driver:
        for rounds in (0, 0, 0, 1):
            assert await patrol.look(driver, tiles=1) is None
            assert patrol.rounds == rounds
        assert await patrol.look(driver, tiles=100) is None
    assert patrol.rounds == 2


async def test_a_tile_of_tiles_is_looked_at_when_its_last_part_is(place: Workplace) -> None:
    """As after 65,536 rows, of which only the tree is needed here."""
    roots = [bytes([n]) * 32 for n in range(TILE)]
    tiles = [(0, n, (n + 1) * TILE, root) for n, root in enumerate(roots)]
    async with place.connected("owner") as driver:
        upper = (1, 0, TILE * TILE, root_of_tile(roots))
        await driver.copy_records_to_table("tree_tile", records=[*tiles, upper])
        assert await wrong_above(driver, TILE - 1) is None
        await driver.execute(
            "UPDATE tree_tile SET root = sha256('') WHERE (level, number) = (0, 9)"
        )
        assert await wrong_above(driver, TILE - 2) is None
        said = await wrong_above(driver, TILE - 1)
    assert said == "tile 0 of level 1 of its tree is not what it was made from"


@pytest.mark.parametrize(
    ("language", "whole", "altered"),
    [("en", "whole", "altered"), ("zh-CN", "完整", "已被改动")],
)
async def test_operators_see_that_a_record_was_altered(
    record: SignedRecord,
    postgres_url: str,
    kafka_bootstrap: str,
    tmp_path: Path,
    language: str,
    whole: str,
    altered: str,
) -> None:
    kernel, port = vouching(record), free_port()
    peers = {record.place.service: f"http://127.0.0.1:{port}"}
    settings = await ops_settings(postgres_url, kafka_bootstrap, tmp_path, peers=peers)
    async with served(kernel, port), open_watch(settings) as watch:

        async def shows(word: str) -> bool:
            return word in (await watch.get(f"/?lang={language}")).text

        await heads_of(kernel).turn()
        await until(partial(shows, whole))
        assert not await shows(altered)
        await record.tamper(TAMPERING["the tail"][0])
        await heads_of(kernel).turn()
        await until(partial(shows, altered))
        assert await shows("it is shorter than what was signed")


@asynccontextmanager
async def served(kernel: Kernel, port: int) -> AsyncIterator[None]:
    """The kernel's door on a port, and none of its loops."""
    app = make_app(kernel, title="t", authenticator=SignedTokens(b"s"), routers=[])
    config = uvicorn.Config(app, port=port, lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await serving
