"""The pulse is exact: what a killed worker counted is not counted again, and nothing is missed.

All workers belong to one group of Kafka, so no other file starts one. The table of the pulse may be
thrown away like any read model: the next start builds it from the topic.
"""

import signal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from events.sourcing.kernel import Kernel
from events.sourcing.types import Receipt
from services.ops.projection import journey
from services.ops.pulse import BOUNDS_MS, MILLISECOND, summed
from services.ops.pulse_table import pulse
from services.ops.sighting_table import sighting
from services.ops.unseen import journey_is_behind
from tests.support.kernel import Note, context, note, until
from tests.support.ops import Watch, a_worker, answering, open_watch, own_settings

STREAMS = 16
EVENTS = 8


async def record(kernel: Kernel, *, rounds: int) -> None:
    """Some events in each of several streams, so that every partition has some."""
    for _ in range(rounds):
        for number in range(STREAMS):
            receipt: Receipt = await kernel.handle(
                note, f"body-{kernel.service}-{number}", Note(), context()
            )
            assert receipt.position


async def counted(watch: Watch, service: str) -> int:
    total: int = (await watch.read("/api/pulse"))["totals"].get(service, 0)
    return total


async def figures(watch: Watch, service: str) -> list[Any]:
    """Of this service alone: other tests go on recording on the same Kafka."""
    mine = select(pulse).where(pulse.c.service == service).order_by(*pulse.primary_key)
    async with watch.app.state.kernel.engine.connect() as connection:
        return list(await connection.execute(mine))


async def assert_measured(watch: Watch, service: str) -> None:
    """Each event counts with the time until its commit in the journey, whenever it was read.

    That the worker was dead meanwhile took no event longer to be visible.
    """
    async with watch.app.state.kernel.engine.connect() as connection:
        query = (
            select(sighting.c.seen_at - journey.c.recorded_at)
            .join(journey, journey.c.event_id == sighting.c.event_id)
            .where(journey.c.service == service)
        )
        took_ms = [took // MILLISECOND for took in (await connection.scalars(query)).all()]
        rows = await connection.execute(select(pulse).where(pulse.c.service == service))
        counted_of_it = rows.all()
    buckets = summed(row.buckets for row in counted_of_it)
    assert sum(buckets) == len(took_ms) == sum(row.count for row in counted_of_it)
    assert max(row.slowest_ms for row in counted_of_it) == max(took_ms)
    assert buckets == summed(in_bucket(took) for took in took_ms)


def in_bucket(took_ms: int) -> list[int]:
    bounds = [bound >= took_ms for bound in BOUNDS_MS] + [True]
    return [int(number == bounds.index(True)) for number in range(len(bounds))]


async def forget_figures(watch: Watch) -> None:
    async with watch.app.state.kernel.engine.begin() as connection:
        await connection.execute(pulse.delete())


@pytest.mark.timeout(240)
async def test_a_worker_killed_in_the_middle_counts_each_event_once(
    postgres_url: str, kafka_bootstrap: str, tmp_path: Path
) -> None:
    # Faust begins where the topics do, and so must the journey that it asks.
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, kind="whole_ops")
    clerk = Kernel(await own_settings(postgres_url, kafka_bootstrap, tmp_path, kind="clerk"))
    async with (
        open_watch(settings) as watch,
        clerk.running(),
        a_worker(watch, tmp_path) as worker,
    ):
        await watch.is_up_to_date()
        await record(clerk, rounds=EVENTS)

        async def some() -> bool:
            return await counted(watch, clerk.service) > 0

        await until(some, seconds=90)
        await record(clerk, rounds=EVENTS)
        worker.end(signal.SIGKILL)
        await record(clerk, rounds=EVENTS)
        worker.start()
        await record(clerk, rounds=1)

        async def all_of_them() -> bool:
            return await counted(watch, clerk.service) >= await clerk.journal.last_position()

        await until(all_of_them, seconds=90)
        recorded = await clerk.journal.last_position()
        assert await counted(watch, clerk.service) == recorded == STREAMS * (3 * EVENTS + 1)
        minutes = (await watch.read("/api/pulse"))["minutes"]
        assert sum(one["counts"].get(clerk.service, 0) for one in minutes) == recorded
        metrics = (await watch.get("/metrics", actor=None)).text
        built = await figures(watch, clerk.service)
        await assert_measured(watch, clerk.service)
        assert f'concord_events_counted{{service="{clerk.service}"}} {recorded:.1f}' in metrics
        await forget_figures(watch)
    async with open_watch(settings) as watch:

        async def as_many_again() -> bool:
            counts: list[int] = [each.count for each in await figures(watch, clerk.service)]
            return sum(counts) >= recorded

        await until(as_many_again, seconds=60)
        assert await figures(watch, clerk.service) == built


@pytest.mark.timeout(240)
async def test_ops_is_stale_until_it_has_taken_in_and_counted_what_was_recorded(
    postgres_url: str, kafka_bootstrap: str, tmp_path: Path
) -> None:
    clerk = Kernel(await own_settings(postgres_url, kafka_bootstrap, tmp_path, kind="clerk"))
    async with answering(clerk) as url:
        peers = {clerk.service: url}
        settings = await own_settings(
            postgres_url, kafka_bootstrap, tmp_path, kind="whole_ops", peers=peers
        )
        async with open_watch(settings) as watch:
            await record(clerk, rounds=1)
            ends = watch.app.state.rounds.ends

            async def the_journey_has_it() -> bool:
                return not await journey_is_behind(watch.kernel, await ends())

            await until(the_journey_has_it, seconds=60)
            # Nobody counts yet, neither these nor what other tests have recorded.
            assert await watch.is_stale("pulse")
            assert await watch.is_stale("overview")
            async with a_worker(watch, tmp_path):
                await watch.becomes_fresh("pulse", "overview", seconds=120)
            assert await counted(watch, clerk.service) == STREAMS
