"""What a process of a service stands on: its database and the bus, and how it reaches them."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.account import Account
from events.sourcing.clock import Clock
from events.sourcing.database import open_engine, open_journal_engine, service_url
from events.sourcing.desk import Desk
from events.sourcing.kafka import KafkaSender, open_consumer
from events.sourcing.listed_topics import listed_partitions
from events.sourcing.relay import Sender
from events.sourcing.store import PostgresJournal
from events.sourcing.topic_reader import Source
from events.sourcing.topics import Topics
from events.sourcing.types import WholeState

T = TypeVar("T")

_BRIEF = ThreadPoolExecutor(max_workers=1, thread_name_prefix="brief")
"""Its thread is made when first used."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is still there when the process is gone; nothing is opened before it is used.

    `journal_engine` is for single statements, without a transaction around them. Long work is done
    `aside`, some of it at a time; what takes milliseconds `briefly`, one after the other, and never
    behind what is long.
    """

    engine: AsyncEngine
    journal_engine: AsyncEngine
    sender: OpenSender
    source: Source
    keep_account: KeepAccount
    aside: Aside
    briefly: Aside


class Lay(Protocol):
    """Where a process of a service is to stand."""

    def __call__(self, *, service: str, database_url: str, bootstrap: str) -> Ground:
        """Its ground."""


async def in_a_thread(work: Callable[[], T]) -> T:
    """On another core, where there is one."""
    return await asyncio.to_thread(work)


async def in_the_brief_thread(work: Callable[[], T]) -> T:
    """The same in one that only short work is given to."""
    return await asyncio.get_running_loop().run_in_executor(_BRIEF, work)


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
        briefly=in_the_brief_thread,
    )
