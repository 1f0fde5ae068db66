"""A topic that was deleted is made anew: the operator lets everything leave once more.

The negative control leaves that out: what was on the old topic alone never reaches a new reader.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from events.edge import main as edge_main
from events.sourcing.kernel import Kernel
from events.sourcing.topic_reader import TopicReader
from tests.support.cluster import Cluster, cluster_at
from tests.support.heard import hearing, times_heard
from tests.support.kernel import BODY, Note, Workplace, context, note, until, workplace

BEFORE, AFTER = 6, 3


@dataclass(slots=True)
class Road:
    """A service that speaks on a topic, and one that listens."""

    speaker: Workplace
    listener: Workplace
    cluster: Cluster

    async def say(self, count: int) -> None:
        kernel = self.speaker.kernel()
        async with kernel.running():
            for n in range(count):
                stream = self.speaker.stream(n % 3)
                receipt = await kernel.handle(note, stream, Note(events=(BODY,)), context())
            await until(lambda: _has_left(kernel, receipt.position))

    async def everything_leaves_again(self) -> None:
        kernel = self.speaker.kernel()
        last = await kernel.journal.last_position()
        async with kernel.running():
            await until(lambda: _has_left(kernel, last))

    def listening(self) -> tuple[Kernel, TopicReader]:
        kernel = self.listener.kernel()
        reader = kernel.project(hearing(self.speaker.topic))
        assert isinstance(reader, TopicReader)
        return kernel, reader

    async def hears(self, events: int) -> None:
        """Follow until so many were heard, each of them once."""
        kernel, _ = self.listening()
        async with kernel.running():

            async def all_heard() -> bool:
                times = await times_heard(kernel.engine)
                return len(times) == events and set(times.values()) == {1}

            await until(all_heard)

    async def restore(self, command: str) -> subprocess.CompletedProcess[str]:
        """As an operator runs it."""
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "events.sourcing.restore", command, self.speaker.service],
            env={**os.environ, "DATABASE_URL": self.speaker.server_url},
            capture_output=True,
            text=True,
            check=False,
        )


async def _has_left(kernel: Kernel, position: int) -> bool:
    return (await kernel.vitals()).relayed_position >= position


@pytest.fixture
async def road(postgres_url: str, kafka_bootstrap: str) -> AsyncIterator[Road]:
    async with (
        workplace(postgres_url, kafka_bootstrap) as speaker,
        workplace(postgres_url, kafka_bootstrap) as listener,
        cluster_at(kafka_bootstrap) as cluster,
    ):
        await cluster.make(speaker.topic, partitions=2)
        yield Road(speaker, listener, cluster)


async def test_published_once_more_and_followed_anew_everything_is_heard_once(
    road: Road,
) -> None:
    await road.say(BEFORE)
    await road.hears(BEFORE)
    await road.cluster.make_anew(road.speaker.topic, partitions=2)
    said = await road.restore("republish")
    assert said.returncode == 0, said.stderr
    await road.everything_leaves_again()
    kernel, _ = road.listening()
    await edge_main._follow_anew(kernel, "heard")
    await road.say(AFTER)
    await road.hears(BEFORE + AFTER)
    assert await road.listener.fetch("SELECT 1 FROM parked") == []


async def test_a_new_reader_of_a_topic_that_was_not_published_again_lacks_what_came_before(
    road: Road,
) -> None:
    """The negative control; that something is missing shows, because the gate sees the hole."""
    await road.say(BEFORE)
    await road.cluster.make_anew(road.speaker.topic, partitions=2)
    await road.say(AFTER)
    kernel, _ = road.listening()
    async with kernel.running():

        async def holes() -> bool:
            rows = await road.listener.fetch("SELECT class FROM parked")
            return [row["class"] for row in rows] == ["hole"] * AFTER

        await until(holes)
        assert await times_heard(kernel.engine) == {}


async def test_only_a_reader_of_topics_can_follow_anew(road: Road) -> None:
    kernel, _ = road.listening()
    with pytest.raises(SystemExit, match="no reader of topics named 'nobody'"):
        await edge_main._follow_anew(kernel, "nobody")


async def test_an_operator_without_a_server_is_told_what_to_set(road: Road) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE_")}
    said = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "events.sourcing.restore", "report", road.speaker.service],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 2
    assert "DATABASE_URL" in said.stderr
