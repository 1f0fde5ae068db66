"""What a process of a service stands on: its database and the bus, and how it reaches them."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Protocol, TypeVar

from anyio import BrokenWorkerProcess, CapacityLimiter, to_process
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.account import Account
from events.sourcing.clock import Clock
from events.sourcing.database import open_engine, open_journal_engine, service_url
from events.sourcing.desk import Desk
from events.sourcing.garbage import NOW_AND_THEN, search_now_and_then
from events.sourcing.kafka import KafkaSender, open_consumer
from events.sourcing.listed_topics import listed_partitions
from events.sourcing.relay import Sender
from events.sourcing.store import PostgresJournal
from events.sourcing.topic_reader import Source
from events.sourcing.topics import Topics
from events.sourcing.types import WholeState

T = TypeVar("T")

ANSWERS_SECONDS = 60.0
"""A process apart that has not done its work by then is ended; its start takes a second or two."""

_log = logging.getLogger(__name__)


class OpenSender(Sender, Protocol):
    """A way to the bus that is opened when first used."""

    async def close(self) -> None:
        """Let go of the connection; the next send opens another."""


class Settling(Protocol):
    """Holds what a service has told others against its journal (see `Account`)."""

    async def settle(self) -> None:
        """Before a relay begins."""

    async def open(self, journal: PostgresJournal) -> None:
        """Before a process of the service appends."""


class KeepAccount(Protocol):
    """Whoever keeps the account of one process."""

    def __call__(
        self,
        engine: AsyncEngine,
        desk: Desk,
        sender: Sender,
        *,
        states: Mapping[type, WholeState],
        clock: Clock,
    ) -> Settling:
        """Its account."""


class Aside(Protocol):
    """Does work that touches nothing of the loop while the loop goes on."""

    async def __call__(self, work: Callable[[], T]) -> T:
        """What the work comes to."""


class Apart(Protocol):
    """Does work in a process that is there for nothing else, one piece after the other.

    Work and what it comes to are pickled. What a module keeps there is there the next time, unless
    the process had to be made anew.
    """

    async def __call__(self, work: Callable[[], T]) -> T:
        """What the work comes to, or what it raises.

        `ConnectionError` where the process was lost, `TimeoutError` where it did not answer.
        """

    async def end(self) -> None:
        """Let go of the process, and of all that is kept there; the next work begins another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is still there when the process is gone; nothing is opened before it is used.

    `journal_engine` is for single statements, without a transaction around them. Long work is done
    `aside`, some of it at a time; what would keep the loop for milliseconds, again and again, is
    done `apart`.
    """

    engine: AsyncEngine
    journal_engine: AsyncEngine
    sender: OpenSender
    source: Source
    keep_account: KeepAccount
    aside: Aside
    apart: Apart


class Lay(Protocol):
    """Where a process of a service is to stand."""

    def __call__(self, *, service: str, database_url: str, bootstrap: str) -> Ground:
        """Its ground."""


async def in_a_thread(work: Callable[[], T]) -> T:
    """On another core, where there is one."""
    return await asyncio.to_thread(work)


class ProcessApart:
    """One more process, from the first work on; it ends with this one at the latest."""

    def __init__(self) -> None:
        self._one = CapacityLimiter(1)
        self._numbers = count()
        self._is_there = False

    async def __call__(self, work: Callable[[], T]) -> T:
        number = next(self._numbers)
        self._is_there = True
        try:
            async with asyncio.timeout(ANSWERS_SECONDS):
                answered, done = await to_process.run_sync(_apart, number, work, limiter=self._one)
        except BrokenWorkerProcess as failure:
            # Like a server that is gone: whoever asks next finds another one.
            _log.warning("the process apart was lost")
            raise ConnectionError("the process apart was lost") from failure
        except TimeoutError:
            _log.warning("the process apart did not answer, and was ended")
            raise
        if answered != number:
            await self.end()
            raise ConnectionError("the process apart answered what was not asked")
        return done

    async def end(self) -> None:
        if self._is_there:
            self._is_there = False
            with suppress(SystemExit, BrokenWorkerProcess, TimeoutError):
                async with asyncio.timeout(ANSWERS_SECONDS):
                    await to_process.run_sync(sys.exit, limiter=self._one)


def _apart(number: int, work: Callable[[], T]) -> tuple[int, T]:
    """What is done there."""
    if gc.get_threshold() != NOW_AND_THEN:
        search_now_and_then()
        # When it ends is said by the process that it belongs to.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return number, work()


def postgres_and_kafka(*, service: str, database_url: str, bootstrap: str) -> Ground:
    """A database of its own on this PostgreSQL server, and this Kafka cluster."""
    url = service_url(database_url, service=service, role="app")
    source = Source(
        bootstrap=bootstrap,
        topics=Topics(bootstrap, client_id=service),
        open_consumer=partial(open_consumer, bootstrap),
    )
    return Ground(
        engine=open_engine(url),
        journal_engine=open_journal_engine(url),
        sender=KafkaSender(bootstrap, client_id=service, partitions=listed_partitions()),
        source=source,
        keep_account=partial(Account, source),
        aside=in_a_thread,
        apart=ProcessApart(),
    )
