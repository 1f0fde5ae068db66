"""The open overview shows what has happened as soon as ops has taken it in."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from events.edge.pages.moved import Moved
from events.sourcing.kernel import Kernel
from events.sourcing.reader import Progress
from services.ops import pages
from services.ops.app import build
from tests.support.kernel import Note, context, note
from tests.support.ops import OPERATOR, bearer, own_settings, serving

SOON_SECONDS = 20
"""Long enough for a loaded machine, and far from the next look that needs no event."""


@pytest.fixture(autouse=True)
def _looks_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LOOK_SECONDS", 600.0)


@pytest.fixture
async def clerk(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Kernel]:
    """Another service, whose events ops follows."""
    kernel = Kernel(await own_settings(postgres_url, kafka_bootstrap, tmp_path, kind="clerk"))
    async with kernel.running():
        yield kernel


async def shows(lines: AsyncIterator[str], text: str) -> None:
    """Read the stream until it says so."""
    async for line in lines:
        if text in line:
            return
    raise AssertionError("the stream ended")


@pytest.mark.parametrize("hears", [True, False])
async def test_an_event_is_on_the_open_page_without_waiting_for_the_next_look(
    clerk: Kernel, postgres_url: str, kafka_bootstrap: str, tmp_path: Path, *, hears: bool
) -> None:
    app = build(await own_settings(postgres_url, kafka_bootstrap, tmp_path))
    if not hears:
        app.state.moved = Moved(Progress(), pages.any_event)
    happened = context()
    async with (
        serving(app) as url,
        httpx.AsyncClient(base_url=url, headers=bearer(OPERATOR), timeout=30) as http,
        http.stream("GET", "/live/overview?lang=en") as stream,
    ):
        lines = stream.aiter_lines()
        await shows(lines, "Overview")
        await clerk.handle(note, f"body-{clerk.service}", Note(), happened)
        if hears:
            async with asyncio.timeout(SOON_SECONDS):
                await shows(lines, happened.correlation_id)
        else:
            await app.state.kernel.readers["journey"].reached_version(
                f"body-{clerk.service}", 1, timeout=SOON_SECONDS
            )
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(2):
                    await shows(lines, happened.correlation_id)
