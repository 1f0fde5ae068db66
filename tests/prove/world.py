"""Two services on databases of their own and a topic between them, for one series of runs."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from tests.prove.books import Books
from tests.prove.cast import ELSEWHERE, PROCESS, READ_MODEL
from tests.prove.children import Child, start
from tests.prove.door import Reception
from tests.prove.oracle import Oracle
from tests.prove.points import SPEAKER
from tests.prove.verdict import Verdict, compare
from tests.support.kernel import Workplace, until, workplace
from tests.support.servers import Server

PARTITIONS = 4
DRAIN_SECONDS = 120.0
LOOK_SECONDS = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where PostgreSQL and Kafka are, and how soon Kafka gives a silent member up.

    Who may stop and start them knows them as `own`: PostgreSQL and Kafka, in this order.
    """

    postgres: str
    kafka: str
    session_ms: int = 6_000
    own: tuple[Server, ...] = ()


@dataclass(slots=True, kw_only=True)
class World:
    """`control` names the promise that its services break, if any."""

    servers: Servers
    reception: Reception
    speaker: Workplace
    listener: Workplace
    speaking: Books
    listening: Books
    oracle: Oracle
    ends: AIOKafkaConsumer
    folder: Path
    control: str = ""
    children: list[Child] = field(default_factory=list)
    steady: Child | None = None

    async def undisturbed(self, role: str) -> Child:
        """The one process that nothing happens to, run after run."""
        self.steady = self.steady or await self.start(role)
        return self.steady

    async def start(self, role: str, **told: str) -> Child:
        """One more process of one of the two services; `told` says where it is struck."""
        child = await start(self.reception, {**self.environment(role), **told}, self.folder)
        self.children.append(child)
        return child

    def environment(self, role: str) -> Mapping[str, str]:
        """What a process of one of the two services is told."""
        place = self.speaker if role == SPEAKER else self.listener
        return {
            "ROLE": role,
            "SERVICE": place.service,
            "TOPIC": self.speaker.topic,
            "DATABASE_URL": self.servers.postgres,
            "KAFKA_BOOTSTRAP_SERVERS": self.servers.kafka,
            "SESSION_MS": str(self.servers.session_ms),
            "CONCORD_SECRET": "secret",
            "KEK_FILE": str(place.folder / "kek"),
            "CONTROL": self.control,
        }

    async def end_children(self) -> None:
        """Every process of both services finishes what it does and ends."""
        for child in self.children:
            await child.end()
        self.children.clear()

    async def drained(self) -> None:
        """Wait until everything that was recorded has arrived everywhere, for good."""
        await until(self._is_drained, seconds=DRAIN_SECONDS, every=LOOK_SECONDS)

    async def relayed_all(self) -> bool:
        """Whether everything that is recorded has left, at this moment."""
        standing = await self.speaking.standing()
        return standing["relayed"] == standing["last"]

    async def heard_all(self) -> None:
        """Wait until the other service has applied all that is on the topic."""
        await until(self._has_heard, seconds=DRAIN_SECONDS, every=LOOK_SECONDS)

    async def drained_verdict(self) -> Verdict:
        """The verdict once everything has arrived; `stuck` where that does not come about."""
        try:
            await self.drained()
        except TimeoutError:
            return replace(await self.verdict(), stuck=1)
        return await self.verdict()

    async def verdict(self) -> Verdict:
        """What was asked, recorded and seen so far, compared."""
        return compare(
            self.oracle.account(),
            stored=await self.speaking.stored(),
            seen={
                READ_MODEL: await self.speaking.arrived(),
                ELSEWHERE: await self.listening.arrived(),
            },
        )

    async def close(self) -> None:
        """No process of it lives any more, and nothing is written down."""
        for child in self.children:
            await child.kill()
        self.oracle.close()
        await self.speaking.close()
        await self.listening.close()

    async def _is_drained(self) -> bool:
        if await self.speaking.appending():
            return False
        # In one snapshot: what a process or a timer adds later would show as being behind here.
        standing = await self.speaking.standing()
        last = standing["last"]
        reached = [standing[name] for name in ("relayed", READ_MODEL, PROCESS)]
        return not standing["timers"] and reached == [last] * 3 and await self._has_heard()

    async def _has_heard(self) -> bool:
        return await self.listening.heard(self.speaker.topic) >= await self.sent()

    async def sent(self) -> int:
        """How many records the topic holds, those that were sent again included."""
        partitions = [TopicPartition(self.speaker.topic, n) for n in range(PARTITIONS)]
        ends: Mapping[Any, int] = await self.ends.end_offsets(partitions)
        return sum(ends.values())


@asynccontextmanager
async def world(
    servers: Servers, reception: Reception, folder: Path, *, control: str = ""
) -> AsyncIterator[World]:
    """Everything in it is gone afterwards, its processes first."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with (
        workplace(servers.postgres, servers.kafka) as speaker,
        workplace(servers.postgres, servers.kafka) as listener,
        _asking_for_ends(servers.kafka) as ends,
        AsyncExitStack() as stack,
    ):
        await speaker.create_topic(partitions=PARTITIONS)
        made = World(
            servers=servers,
            reception=reception,
            speaker=speaker,
            listener=listener,
            speaking=Books(speaker),
            listening=Books(listener),
            oracle=Oracle(folder / "oracle.jsonl"),
            ends=ends,
            folder=folder,
            control=control,
        )
        stack.push_async_callback(made.close)
        yield made


@asynccontextmanager
async def _asking_for_ends(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        yield consumer
    finally:
        # A task of aiokafka that is stopped before it began says so in place of what went wrong.
        with suppress(asyncio.CancelledError):
            await consumer.stop()
