"""A journal restored to an earlier moment: the relay notices, says what was lost, and stands still.

On real PostgreSQL and Kafka: the database is put back to what it was before the last events left.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg
import pytest

from events.sourcing import left as left_module
from events.sourcing.bus import Record, records_of
from events.sourcing.ledger.keys import believe
from events.sourcing.ledger.verifier import verify
from events.sourcing.relay import Relay
from events.sourcing.restored import Comparison
from events.sourcing.wake import Wake
from tests.support.kernel import until, workplace
from tests.support.ledger import SIGNER
from tests.support.restored import (
    KEPT,
    LOST,
    PUBLISHED,
    Scene,
    comparison_of,
    has_left,
    let_leave,
    restored,
    said,
    stands_still,
)
from tests.support.rewound import Backup


@pytest.fixture
async def scene(postgres_url: str, kafka_bootstrap: str) -> AsyncIterator[Scene]:
    async with restored(postgres_url, kafka_bootstrap) as scene:
        yield scene


def _restore(scene: Scene, command: str) -> subprocess.CompletedProcess[str]:
    """As an operator runs it."""
    return subprocess.run(
        [sys.executable, "-m", "events.sourcing.restore", command, scene.place.service],
        env={**os.environ, "DATABASE_URL": scene.place.server_url},
        capture_output=True,
        text=True,
        check=False,
    )


async def restore(scene: Scene, command: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(_restore, scene, command)


async def test_the_relay_stands_still_and_says_which_events_were_lost(scene: Scene) -> None:
    before = await scene.published()
    kernel = scene.kernel()
    async with kernel.running():
        await until(lambda: stands_still(kernel))
        health: Any = await kernel.health()
        assert health["status"] == "degraded"
        assert health["relay"]["status"] == "stands-still"
        assert f"{LOST} events" in health["relay"]["reason"]
        assert f"positions {KEPT + 1} to {KEPT + LOST}" in health["relay"]["reason"]
        assert f"resume {scene.place.service}" in health["relay"]["remedy"]
        await said(kernel, scene.place, 3)
        report = await restore(scene, "report")
        assert report.returncode == 1
        named = {word for line in report.stdout.splitlines() for word in line.split()}
        assert scene.lost_ids <= named
    assert await scene.published() == before


async def test_told_to_go_on_positions_continue_beyond_the_highest_ever_published(
    scene: Scene,
) -> None:
    kernel = scene.kernel()
    async with kernel.running():
        await until(lambda: stands_still(kernel))
        assert (await restore(scene, "resume")).returncode == 0
        (receipt,) = await said(kernel, scene.place, 1)
        assert receipt.position == KEPT + LOST + 1
        await until(lambda: has_left(kernel, receipt.position))
        assert kernel.relay.standstill is None
    await scene.no_position_means_two_events()
    assert (receipt.position, str(receipt.event_ids[0])) in await scene.published()


async def test_without_the_comparison_a_position_is_published_twice_for_two_events(
    scene: Scene,
) -> None:
    """The negative control: a relay that believes its own database."""
    kernel = scene.kernel()
    relay = Relay(
        kernel.engine, kernel.tail, kernel.sender, published=PUBLISHED, states={}, wake=Wake()
    )
    (receipt,) = await said(kernel, scene.place, 1)
    assert receipt.position == KEPT + 1
    claimed = await relay._claim()
    assert claimed is not None
    relay.position, token = claimed
    await relay.carry(token)
    with pytest.raises(AssertionError):
        await scene.no_position_means_two_events()


async def test_the_very_first_append_after_a_restore_waits_until_that_is_known(
    scene: Scene,
) -> None:
    kernel = scene.kernel()
    async with kernel.running():
        (receipt,) = await said(kernel, scene.place, 1)
        assert receipt.position == KEPT + LOST + 1


async def test_who_was_told_to_go_on_does_not_stand_still_again(scene: Scene) -> None:
    kernel = scene.kernel()
    async with kernel.running():
        await until(lambda: stands_still(kernel))
    assert (await restore(scene, "resume")).returncode == 0
    assert (await restore(scene, "resume")).returncode == 2
    await _goes_on(scene)
    await _goes_on(scene)
    assert (await restore(scene, "report")).returncode == 0


async def _goes_on(scene: Scene) -> None:
    kernel = scene.kernel()
    async with kernel.running():
        (receipt,) = await said(kernel, scene.place, 1)
        await until(lambda: has_left(kernel, receipt.position))
        assert kernel.relay.standstill is None


async def test_the_chain_goes_on_over_the_positions_that_are_left_out(scene: Scene) -> None:
    kernel = scene.kernel()
    async with kernel.running():
        await said(kernel, scene.place, 4)
    async with scene.place.connected("app") as driver:
        verdict = await verify(
            driver,
            service=scene.place.service,
            believed=believe(SIGNER.public),
            folder=None,
            report=lambda *_: None,
        )
    assert verdict.findings == ()
    assert verdict.rows == KEPT + 4


async def _send(scene: Scene, records: Sequence[Record]) -> None:
    kernel = scene.kernel()
    await kernel.sender.send(list(records))


async def test_what_a_late_relay_repeats_does_not_hide_what_was_newest(scene: Scene) -> None:
    """Its duplicates are the newest records, and all of them are in the journal."""
    kernel = scene.kernel()
    rows = await kernel.journal.read_after(0, limit=KEPT)
    opened = await kernel.desk.open(rows)
    await _send(
        scene, [one for event in opened for one in records_of(event, published={}, states={})] * 3
    )
    async with kernel.running():
        await until(lambda: stands_still(kernel))


async def test_what_others_throw_in_does_not_hide_it_either(scene: Scene) -> None:
    keys = [scene.place.stream(n).encode() for n in range(20)]
    await _send(
        scene,
        [
            Record(topic=scene.place.topic, key=key, value=b"\xff", headers=[("x", b"y")])
            for key in keys
        ],
    )
    kernel = scene.kernel()
    async with kernel.running():
        await until(lambda: stands_still(kernel))


async def test_a_tail_longer_than_one_look_is_named_whole(
    postgres_url: str, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left_module, "LOOK_BACK", 4)
    async with restored(postgres_url, kafka_bootstrap, lost=60) as scene:
        kernel = scene.kernel()
        async with kernel.running():
            await until(lambda: stands_still(kernel))
        rows = await scene.place.fetch("SELECT event_id FROM lost_event")
        assert {str(row["event_id"]) for row in rows} == scene.lost_ids


async def test_a_relay_that_died_before_its_pointer_moved_is_no_restore(
    postgres_url: str, kafka_bootstrap: str
) -> None:
    async with workplace(postgres_url, kafka_bootstrap) as place:
        await place.create_topic()
        await let_leave(place, KEPT)
        await place.fetch("UPDATE relay_pointer SET position = 1")
        kernel = place.kernel(published=PUBLISHED)
        async with kernel.running():
            (receipt,) = await said(kernel, place, 1)
            assert receipt.position == KEPT + 1
            await until(lambda: has_left(kernel, KEPT + 1))
            assert kernel.relay.standstill is None
        assert await place.fetch("SELECT 1 FROM restore") == []


async def test_a_database_that_only_moved_is_no_restore(
    postgres_url: str, kafka_bootstrap: str
) -> None:
    async with workplace(postgres_url, kafka_bootstrap) as place:
        await place.create_topic()
        await let_leave(place, KEPT)
        backup = Backup(place)
        await backup.take()
        await backup.put_back()
        kernel = place.kernel(published=PUBLISHED)
        assert await comparison_of(kernel).is_suspect()
        async with kernel.running():
            (receipt,) = await said(kernel, place, 1)
            await until(lambda: has_left(kernel, KEPT + 1))
        assert receipt.position == KEPT + 1
        assert not await comparison_of(kernel).is_suspect()


async def test_two_processes_that_notice_at_once_note_one_restore(scene: Scene) -> None:
    kernels = [scene.kernel() for _ in range(3)]

    async def noticed(comparison: Comparison) -> None:
        with pytest.raises(Exception, match="restored to an earlier moment"):
            await comparison.check()

    await asyncio.gather(*(noticed(comparison_of(kernel)) for kernel in kernels))
    assert len(await scene.place.fetch("SELECT 1 FROM restore")) == 1
    assert len(await scene.place.fetch("SELECT 1 FROM lost_event")) == LOST


async def test_the_application_cannot_take_the_journal_back(scene: Scene) -> None:
    """The floor only rises, so no mistake here makes a position mean two events."""
    kernel = scene.kernel()
    async with kernel.running():
        await until(lambda: stands_still(kernel))
    async with scene.place.connected("app") as application:
        for change in ("UPDATE position_floor SET position = 0", "DELETE FROM position_floor"):
            with pytest.raises(asyncpg.RaiseError, match="never go back"):
                await application.execute(change)
