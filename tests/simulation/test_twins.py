"""What a simulated process stands on does what PostgreSQL and Kafka do."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.sample import NOON
from events.sourcing.clock import SimulatedClock
from events.sourcing.ground import OpenSender
from events.sourcing.kafka import Consumer, Starts
from events.sourcing.kernel import Kernel
from events.sourcing.memory_bus import MemoryBus
from events.sourcing.projector import create_tables
from tests.simulation.bus import Broker, Sender, open_consumer
from tests.simulation.database.server import Server
from tests.simulation.fate import CalmFate
from tests.simulation.life import Life
from tests.support.applier_suite import TABLES, ApplierSuite, Bench
from tests.support.bus_suite import BusSuite
from tests.support.duties import TakeOver, by_its_row
from tests.support.in_memory import kernel_in_memory
from tests.support.kernel import KEK
from tests.support.rows_suite import RowsSuite, things
from tests.support.suites import JournalSuite, KeyringSuite


class OnBroker:
    """The bus as one calm process reaches it."""

    def __init__(self) -> None:
        self._broker = Broker(MemoryBus({}), Random(0))
        self._life = Life("notes", 1, Server(), CalmFate())

    async def create_topic(self, topic: str, *, partitions: int) -> None:
        self._broker.bus.create_topic(topic, partitions=partitions)

    def sender(self) -> OpenSender:
        return Sender(self._broker, self._life)

    async def open_consumer(self, *, group: str, topics: Sequence[str], starts: Starts) -> Consumer:
        return await open_consumer(
            self._broker, self._life, group=group, topics=topics, starts=starts
        )


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
async def kernel(clock: SimulatedClock, tmp_path: Path) -> Kernel:
    kek_file = tmp_path / "kek"
    kek_file.write_bytes(KEK)
    return kernel_in_memory(kek_file, clock)


@pytest.fixture
def journal(kernel: Kernel) -> object:
    return kernel.journal


@pytest.fixture
def take_over(kernel: Kernel) -> TakeOver:
    return by_its_row(kernel.engine)


@pytest.fixture
def keyring(kernel: Kernel) -> object:
    return kernel.keyring


@pytest.fixture
async def bench(kernel: Kernel) -> Bench:
    await create_tables(kernel.engine, TABLES)
    return Bench(kernel)


@pytest.fixture
async def engine(kernel: Kernel) -> AsyncEngine:
    return await things(kernel)


@pytest.fixture
def bus() -> OnBroker:
    return OnBroker()


@pytest.fixture
def name() -> str:
    return "note.events"


class TestJournal(JournalSuite):
    """The suite, on a simulated database."""


class TestKeyring(KeyringSuite):
    """The suite, on a simulated database."""


class TestApplier(ApplierSuite):
    """The suite, on a simulated database."""


class TestBus(BusSuite):
    """The suite, on a simulated broker."""


class TestRows(RowsSuite):
    """The suite, on a simulated database."""
