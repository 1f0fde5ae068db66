"""The journal and the keyring in memory do what the real ones do."""

import pytest

from contracts.sample import NOON
from events.sourcing.clock import SimulatedClock
from events.sourcing.memory import MemoryJournal
from events.sourcing.sealing import MemoryKeyring
from events.sourcing.types import OnDuty
from tests.support.duties import TakeOver
from tests.support.suites import JournalSuite, KeyringSuite


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def journal(clock: SimulatedClock) -> MemoryJournal:
    return MemoryJournal(clock)


@pytest.fixture
def take_over(journal: MemoryJournal) -> TakeOver:
    tokens = journal._rows.tokens

    async def take_over(name: str) -> OnDuty:
        tokens[name] = tokens.get(name, 0) + 1
        return OnDuty(name, tokens[name])

    return take_over


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


class TestMemoryJournal(JournalSuite):
    """The suite, on memory."""


class TestMemoryKeyring(KeyringSuite):
    """The suite, on memory."""
