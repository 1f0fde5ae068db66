"""A topic deleted and made anew, or divided anew, is noticed: nothing is skipped, nothing shuffled.

The negative controls are a reader that only knows names and offsets, and a sender that spreads
over whatever partitions there are.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest

from contracts.sample import NOON
from events.sourcing import topic_reader as reader_module
from events.sourcing.bus import Record, records_of
from events.sourcing.followed import Followed, follow_anew
from events.sourcing.kafka import KafkaSender
from events.sourcing.kernel import Kernel
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Recorded
from tests.support.cluster import Cluster, cluster_at
from tests.support.heard import hearing, times_heard
from tests.support.kernel import Workplace, rebuilt, until, workplace

A, B = "note-a", "note-b"


def said(stream: str, *versions: int, position: int = 0) -> list[Recorded[Any]]:
    """These versions of a stream."""
    return [
        Recorded(
            event=None,
            name="note.taken.v1",
            event_id=uuid4(),
            service="notes",
            stream=stream,
            version=version,
            position=position + version,
            recorded_at=NOON,
            actor="clerk",
            correlation_id="c",
            causation_id=None,
        )
        for version in versions
    ]


@dataclass(slots=True)
class Scene:
    """A topic with one partition, and a service that listens to it."""

    place: Workplace
    cluster: Cluster
    topic: str

    async def send(self, events: Sequence[Recorded[Any]], *, listed: int | None = None) -> None:
        partitions = None if listed is None else {self.topic: listed}
        sender = KafkaSender(self.place.bootstrap, client_id="tests", partitions=partitions)
        try:
            await sender.send([self._record(event) for event in events])
        finally:
            await sender.close()

    def _record(self, event: Recorded[Any]) -> Record:
        (record,) = records_of(event, published={}, states={})
        return replace(record, topic=self.topic)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[tuple[Kernel, TopicReader]]:
        kernel = self.place.kernel()
        reader = kernel.project(hearing(self.topic))
        assert isinstance(reader, TopicReader)
        async with kernel.running():
            yield kernel, reader

    async def heard(self) -> dict[tuple[str, int], int]:
        return await times_heard(self.place.kernels[-1].engine)

    async def hears(self, *events: Recorded[Any]) -> None:
        """Until each of these was applied, once."""
        expected = {(one.stream, one.version): 1 for one in events}

        async def all_heard() -> bool:
            return await self.heard() == expected

        await until(all_heard)

    async def parked(self) -> list[tuple[str, int, str]]:
        rows = await self.place.fetch("SELECT stream, version, class FROM parked")
        return [(row["stream"], row["version"], row["class"]) for row in rows]

    async def follow_anew(self) -> list[str]:
        kernel = self.place.kernels[-1]
        return await follow_anew(kernel.engine, kernel.topics, reader="heard", names=[self.topic])


@pytest.fixture
async def scene(postgres_url: str, kafka_bootstrap: str) -> AsyncIterator[Scene]:
    async with (
        workplace(postgres_url, kafka_bootstrap) as place,
        cluster_at(kafka_bootstrap) as cluster,
    ):
        await cluster.make(place.topic)
        yield Scene(place, cluster, place.topic)


async def _stands_still(reader: TopicReader) -> bool:
    return reader.progress.standstill is not None


async def _caught_up(reader: TopicReader) -> bool:
    return reader.caught_up


async def _made_anew_and_longer(scene: Scene, before: list[Recorded[Any]]) -> list[Recorded[Any]]:
    """In the new topic, what was never heard lies before the old offset; the rest lies behind."""
    unheard = said(B, 1)
    await scene.cluster.make_anew(scene.topic)
    await scene.send([*unheard, *before, *said(A, 4, 5)])
    return unheard


async def test_a_topic_made_anew_and_longer_than_before_stops_its_reader(scene: Scene) -> None:
    before = said(A, 1, 2, 3)
    await scene.send(before)
    async with scene.listening():
        await scene.hears(*before)
    await _made_anew_and_longer(scene, before)
    async with scene.listening() as (kernel, reader):
        await until(lambda: _stands_still(reader))
        health: Any = await kernel.health()
        shown = health["readers"]["heard"]
        assert health["status"] == "degraded"
        assert shown["status"] == "stands-still"
        assert "made anew" in shown["reason"]
        assert "follow-anew" in shown["remedy"]
        await scene.hears(*before)
    assert await scene.parked() == []


async def test_a_reader_that_only_knows_offsets_loses_events_unseen(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: what lies before the old offset is skipped, and nothing shows it."""

    async def believe(followed: Followed) -> None:
        found = await followed._topics.shapes(followed._names)
        followed._known = followed._found = found

    monkeypatch.setattr(Followed, "check", believe)
    before = said(A, 1, 2, 3)
    await scene.send(before)
    async with scene.listening():
        await scene.hears(*before)
    (unheard,) = await _made_anew_and_longer(scene, before)
    async with scene.listening() as (_, reader):
        await scene.hears(*before, *said(A, 4, 5))
        await until(lambda: _caught_up(reader))
        assert (unheard.stream, unheard.version) not in await scene.heard()
        assert reader.progress.standstill is None
    assert await scene.parked() == []


async def test_it_is_noticed_while_the_reader_runs(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "CHECK_SECONDS", 0.1)
    before = said(A, 1, 2, 3)
    await scene.send(before)
    async with scene.listening() as (_, reader):
        await scene.hears(*before)
        await scene.cluster.make_anew(scene.topic)
        await until(lambda: _stands_still(reader))


async def test_a_topic_that_is_gone_is_noticed(scene: Scene) -> None:
    before = said(A, 1)
    await scene.send(before)
    async with scene.listening():
        await scene.hears(*before)
    await scene.cluster.delete(scene.topic)
    async with scene.listening() as (_, reader):
        await until(lambda: _stands_still(reader))
        assert reader.progress.standstill is not None
        assert "gone" in reader.progress.standstill.reason


async def test_told_to_follow_anew_it_begins_there_and_applies_nothing_twice(
    scene: Scene,
) -> None:
    before = said(A, 1, 2, 3)
    await scene.send(before)
    async with scene.listening():
        await scene.hears(*before)
    unheard = await _made_anew_and_longer(scene, before)
    async with scene.listening() as (_, reader):
        await until(lambda: _stands_still(reader))
        assert await scene.follow_anew() == [scene.topic]
        await scene.hears(*before, *unheard, *said(A, 4, 5))
        assert reader.progress.standstill is None
        assert await scene.follow_anew() == []


async def test_a_read_model_rebuilt_from_a_topic_made_anew_serves(scene: Scene) -> None:
    before = said(A, 1, 2, 3, 4)
    await scene.send(before)
    async with scene.listening():
        await scene.hears(*before)
    await scene.cluster.make_anew(scene.topic)
    again = said(A, 1, 2, 3, 4, 5)
    await scene.send(again)
    kernel = scene.place.kernel()
    kernel.project(hearing(scene.topic))
    await rebuilt(kernel, "heard")
    async with scene.listening() as (_, reader):
        await scene.hears(*again)
        await until(lambda: _caught_up(reader))
        assert reader.progress.standstill is None


def _many() -> list[list[Recorded[Any]]]:
    """Twenty streams of two events."""
    return [said(f"note-{n}", 1, 2) for n in range(20)]


async def test_a_topic_given_more_partitions_keeps_its_streams_where_they_were(
    scene: Scene,
) -> None:
    streams = _many()
    await scene.send([first for first, _ in streams], listed=1)
    async with scene.listening():
        await scene.hears(*(first for first, _ in streams))
    await scene.cluster.divide(scene.topic, partitions=4)
    await scene.send([second for _, second in streams], listed=1)
    assert {one.partition for one in await scene.cluster.records(scene.topic)} == {0}
    async with scene.listening() as (kernel, reader):
        await scene.hears(*(one for stream in streams for one in stream))
        health: Any = await kernel.health()
        assert health["status"] == "ok"
        assert "4 partitions, 1 are used" in health["readers"]["heard"]["note"]
        assert reader.progress.standstill is None
    assert await scene.parked() == []


async def test_a_sender_that_uses_new_partitions_moves_streams_and_stops_the_reader(
    scene: Scene,
) -> None:
    """The negative control of the sender, and what becomes of it where somebody uses one."""
    streams = _many()
    await scene.send([first for first, _ in streams])
    async with scene.listening():
        await scene.hears(*(first for first, _ in streams))
    await scene.cluster.divide(scene.topic, partitions=4)
    await scene.send([second for _, second in streams])
    assert len({one.partition for one in await scene.cluster.records(scene.topic)}) > 1
    async with scene.listening() as (_, reader):
        await until(lambda: _stands_still(reader))
        assert reader.progress.standstill is not None
        assert "divided anew" in reader.progress.standstill.reason
        assert set((await scene.heard()).values()) == {1}
