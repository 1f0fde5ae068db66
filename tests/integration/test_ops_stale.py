"""Ops says that it is stale where services have recorded more than it has taken in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from events.sourcing.kernel import Kernel
from events.sourcing.standstill import Standstill
from services.ops import rounds
from services.ops.unseen import journey_is_behind
from tests.support.kernel import NOWHERE, Note, context, note, until
from tests.support.ops import Watch, answering, open_watch, own_settings
from tests.support.spans import a_request_and_its_reader, trace_ids

STREAMS = 3


@pytest.fixture
def _always_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ops asks the services each time, and does not rely on what they said a moment ago."""
    monkeypatch.setattr(rounds, "FRESH_FOR", -rounds.FRESH_FOR)


@pytest.fixture
async def clerk(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> Kernel:
    """A service that has something to record."""
    return Kernel(await own_settings(postgres_url, kafka_bootstrap, tmp_path, kind="clerk"))


async def record(kernel: Kernel) -> None:
    for number in range(STREAMS):
        await kernel.handle(note, f"body-{kernel.service}-{number}", Note(), context())


@asynccontextmanager
async def watched(
    url: str, clerk: Kernel, postgres_url: str, kafka_bootstrap: str, folder: Path
) -> AsyncIterator[Watch]:
    settings = await own_settings(postgres_url, kafka_bootstrap, folder, peers={clerk.service: url})
    async with open_watch(settings) as watch:
        yield watch


@pytest.mark.timeout(180)
@pytest.mark.usefixtures("_always_looks")
async def test_while_nothing_leaves_for_kafka_ops_does_not_claim_to_know_all(
    clerk: Kernel, postgres_url: str, kafka_bootstrap: str, tmp_path: Path
) -> None:
    cut_off = Kernel(replace(clerk.settings, bootstrap=NOWHERE))
    async with (
        answering(cut_off) as url,
        watched(url, clerk, postgres_url, kafka_bootstrap, tmp_path) as watch,
    ):
        ends = watch.app.state.rounds.ends

        async def known() -> bool:
            return await ends() is not None

        await until(known)
        await record(cut_off)
        assert await ends() is None
        assert await watch.is_stale("overview")
        assert await watch.is_stale("pulse")
        await watch.becomes_fresh("parked")


async def test_a_journey_that_stands_still_is_behind_wherever_it_stands(
    clerk: Kernel, postgres_url: str, kafka_bootstrap: str, tmp_path: Path
) -> None:
    nobody = f"http://{NOWHERE}"
    async with watched(nobody, clerk, postgres_url, kafka_bootstrap, tmp_path) as watch:

        async def reads() -> bool:
            return not await journey_is_behind(watch.kernel, {("body.events", 0): 0})

        await until(reads)
        progress = watch.kernel.readers["journey"].progress
        progress.stand_still(Standstill(reason="made anew", remedy="follow anew"))
        assert await journey_is_behind(watch.kernel, {("body.events", 0): 0})
    await clerk.close()


@pytest.mark.usefixtures("_always_looks")
async def test_a_service_that_does_not_answer_leaves_every_figure_in_doubt(
    clerk: Kernel, postgres_url: str, kafka_bootstrap: str, tmp_path: Path
) -> None:
    nobody = f"http://{NOWHERE}"
    async with watched(nobody, clerk, postgres_url, kafka_bootstrap, tmp_path) as watch:
        for what in ("overview", "pulse", "parked"):
            assert await watch.is_stale(what)
    await clerk.close()


async def test_a_trace_is_stale_while_spans_wait_to_be_written(
    clerk: Kernel, postgres_url: str, kafka_bootstrap: str, tmp_path: Path
) -> None:
    sender, _ = a_request_and_its_reader()
    (asked, *_) = trace_ids(sender)
    nobody = f"http://{NOWHERE}"
    async with watched(nobody, clerk, postgres_url, kafka_bootstrap, tmp_path) as watch:
        await watch.http.post("/v1/traces", content=sender.body())

        async def written() -> bool:
            return (await watch.get(f"/api/traces/{asked}")).status_code == httpx.codes.OK

        await until(written)
        # The rows can be read a moment before their writer knows that they are written.
        await watch.becomes_fresh(f"traces/{asked}")
        async with watch.kernel.engine.begin() as connection:
            # Nothing can be written to a table that somebody holds.
            await connection.exec_driver_sql("LOCK TABLE span_link IN EXCLUSIVE MODE")
            await watch.http.post("/v1/traces", content=a_request_and_its_reader()[1].body())
            assert await watch.is_stale(f"traces/{asked}")
    await clerk.close()
