"""A small sample of `make prove`: real faults against real servers, each once."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.prove.churn import churn
from tests.prove.controls import CONTROLS
from tests.prove.door import reception
from tests.prove.faults import ALONE, FAULTS
from tests.prove.order import without_lock, write_and_read
from tests.prove.points import POINTS
from tests.prove.series import (
    Ground,
    Series,
    controls,
    faults,
    sample_of_crash_points,
    servers_of_own,
)
from tests.prove.world import Servers, world

ORDER_EVENTS, CONTROL_EVENTS = 4_000, 1_600
CHURN_EVENTS, CHURN_SECONDS = 2_000, 8.0

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with servers_of_own(tmp_path_factory.mktemp("prove")) as started:
        yield started


@pytest.fixture
async def ground(servers: Servers, tmp_path: Path) -> AsyncIterator[Ground]:
    async with reception() as desk:
        yield Ground(servers=servers, reception=desk, folder=tmp_path, tell=lambda _: None)


def failing(series: list[Series]) -> list[Series]:
    return [one for one in series if not one.holds]


async def test_wherever_a_process_dies_what_was_acknowledged_is_recorded_and_seen_once(
    ground: Ground,
) -> None:
    series = await sample_of_crash_points(ground)
    assert failing(series) == []
    assert sum(one.runs for one in series) == len(POINTS)


async def test_whoever_is_killed_paused_or_cut_off_nothing_is_lost_or_doubled(
    ground: Ground,
) -> None:
    # A whole server that stops is in `test_kafka_faults.py`.
    series = await faults(ground, [name for name in FAULTS if name not in ALONE], seeds=1)
    assert failing(series) == []


async def test_a_service_that_breaks_a_promise_is_found_out(ground: Ground) -> None:
    """The negative controls: each must show in the figure it is about."""
    series = await controls(ground)
    assert failing(series) == []
    assert [one.control for one in series] == list(CONTROLS)
    assert not any(one.verdict.holds for one in series)


async def test_sixteen_writers_with_rollbacks_and_cut_connections_have_readers_that_miss_nothing(
    ground: Ground,
) -> None:
    async with world(ground.servers, ground.reception, ground.folder / "order") as made:
        order = await write_and_read(made, ORDER_EVENTS)
    assert [one for one in order.readings if not one.holds] == []
    assert {one.seen for one in order.readings} == {ORDER_EVENTS}
    assert order.astray == 0
    assert order.undone
    assert order.cut


async def test_the_same_append_without_its_lock_loses_events(ground: Ground) -> None:
    """The negative control of the one before."""
    async with world(ground.servers, ground.reception, ground.folder / "unordered") as made:
        await without_lock(made)
        order = await write_and_read(made, CONTROL_EVENTS)
    assert order.loses
    assert not order.holds


async def test_a_group_that_grows_and_shrinks_applies_everything_once(ground: Ground) -> None:
    """The control stands beside it: what aiokafka's transactions put out is there twice."""
    async with world(ground.servers, ground.reception, ground.folder / "churn") as made:
        outcome = await churn(made, CHURN_EVENTS, seconds=CHURN_SECONDS, seed=1)
    assert outcome.applied == CHURN_EVENTS
    assert outcome.holds
    assert outcome.outputs_doubled > 0
