"""A reader that sleeps past its session and wakes with its partitions moved is refused.

It runs on a thread and a loop of its own and blocks both, so that like a stopped process it sends
no heartbeat. The negative control keeps neither checkpoints nor versions, as a consumer does that
trusts its group alone.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from events.sourcing import applier as applier_module
from events.sourcing import database, kafka
from events.sourcing.applier import Applier
from events.sourcing.batches import Batch
from events.sourcing.kernel import Kernel
from events.sourcing.projector import create_tables
from events.sourcing.reader import Progress
from events.sourcing.statements import Statement
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Recorded
from tests.support.heard import TABLES, hearing, times_heard
from tests.support.kernel import (
    BODY,
    Note,
    Workplace,
    context,
    in_background,
    note,
    until,
    workplace,
)

STREAMS, EVENTS = 6, 24


@dataclass(slots=True)
class Sleep:
    """Blocks whoever comes first, with everything that runs on the same loop."""

    begun: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def fall_asleep(self) -> None:
        if not self.begun.is_set():
            self.begun.set()
            self.over.wait(timeout=60)


class SleepsBefore(Applier):
    """Has a batch in its hands and falls asleep before it is applied."""

    sleep: Sleep

    async def apply(self, *batches: Batch) -> list[Recorded[Any]]:
        self.sleep.fall_asleep()
        return await super().apply(*batches)


@dataclass(slots=True)
class Group:
    """Two workers of one reader on one topic; the first of them sleeps."""

    speaker: Workplace
    listener: Workplace
    gated: bool = True
    sleep: Sleep = field(default_factory=Sleep)
    progress: Progress | None = None

    def reader(self, kernel: Kernel, applier: Applier) -> TopicReader:
        return TopicReader(
            applier.reader,
            applier,
            kernel.intake(),
            kernel.source,
            group=f"{self.listener.service}.heard",
            topics=(self.speaker.topic,),
        )

    def awake(self, kernel: Kernel) -> TopicReader:
        return self.reader(kernel, self._applier(Applier, kernel))

    def asleep_before(self, kernel: Kernel) -> TopicReader:
        applier = self._applier(SleepsBefore, kernel)
        assert isinstance(applier, SleepsBefore)
        applier.sleep = self.sleep
        return self.reader(kernel, applier)

    def asleep_within(self, kernel: Kernel) -> TopicReader:
        """Falls asleep in the middle of the transaction."""
        applier = self._applier(Applier, kernel)
        take = hearing(self.speaker.topic).take

        async def drowsy(recorded: Recorded[Any]) -> Sequence[Statement]:
            self.sleep.fall_asleep()
            return await take(recorded)

        applier._take = drowsy
        return self.reader(kernel, applier)

    def _applier(self, kind: type[Applier], kernel: Kernel) -> Applier:
        return kind(
            kernel.engine,
            reader="heard",
            take=hearing(self.speaker.topic).take,
            clock=kernel.clock,
            gated=self.gated,
        )

    @asynccontextmanager
    async def sleeper(self, kind: str) -> AsyncIterator[None]:
        """A worker of the given kind, on a thread of its own; woken and ended on the way out."""
        ended = threading.Event()

        async def work() -> None:
            kernel = Kernel(self.listener.settings())
            reader = getattr(self, kind)(kernel)
            self.progress = reader.progress
            async with in_background(reader.run()):
                await asyncio.to_thread(ended.wait)
            await kernel.close()

        thread = threading.Thread(target=lambda: asyncio.run(work()))
        thread.start()
        try:
            await asyncio.to_thread(self.sleep.begun.wait, 30)
            yield
        finally:
            self.sleep.over.set()
            ended.set()
            await asyncio.to_thread(thread.join, 30)

    async def times(self) -> dict[tuple[str, int], int]:
        return await times_heard(self.listener.kernels[0].engine)

    async def say(self) -> None:
        kernel = self.speaker.kernels[0]
        for n in range(EVENTS):
            stream = self.speaker.stream(n % STREAMS)
            await kernel.handle(note, stream, Note(events=(BODY,)), context())

    async def has_heard(self, events: int) -> bool:
        return len(await self.times()) == events

    async def was_refused(self) -> bool:
        return self.progress is not None and self.progress.retries > 0

    def once_each(self, times: dict[tuple[str, int], int]) -> None:
        assert len(times) == EVENTS
        assert set(times.values()) == {1}


@asynccontextmanager
async def group(postgres_url: str, bootstrap: str, *, gated: bool = True) -> AsyncIterator[Group]:
    async with (
        workplace(postgres_url, bootstrap) as speaker,
        workplace(postgres_url, bootstrap) as listener,
    ):
        await speaker.create_topic()
        together = Group(speaker, listener, gated=gated)
        speaking, listening = speaker.kernel(), listener.kernel()
        await create_tables(listening.engine, TABLES)
        async with speaking.running():
            await together.say()
            yield together


@pytest.fixture(autouse=True)
def _shorter_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "SESSION_MS", 6_000)
    monkeypatch.setattr(database, "IDLE_SECONDS", 2)


@pytest.mark.parametrize("kind", ["asleep_before", "asleep_within"])
async def test_who_wakes_after_the_partitions_moved_is_refused_and_nothing_is_applied_twice(
    postgres_url: str, kafka_bootstrap: str, kind: str
) -> None:
    async with group(postgres_url, kafka_bootstrap) as workers, workers.sleeper(kind):
        assert not await workers.has_heard(EVENTS)
        async with in_background(workers.awake(workers.listener.kernels[0]).run()):
            await until(lambda: workers.has_heard(EVENTS))
            workers.sleep.over.set()
            await until(workers.was_refused)
        workers.once_each(await workers.times())


async def test_a_consumer_that_trusts_its_group_alone_applies_the_batch_twice(
    postgres_url: str, kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: no checkpoint is compared and no version."""

    async def hold_nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(applier_module, "move", hold_nothing)
    async with (
        group(postgres_url, kafka_bootstrap, gated=False) as workers,
        workers.sleeper("asleep_before"),
    ):
        async with in_background(workers.awake(workers.listener.kernels[0]).run()):
            await until(lambda: workers.has_heard(EVENTS))
            workers.sleep.over.set()

            async def doubled() -> bool:
                return max((await workers.times()).values()) > 1

            await until(doubled)
        with pytest.raises(AssertionError):
            workers.once_each(await workers.times())
