"""The journal and the keyring in memory do what the real ones do."""

import pytest

from contracts.sample import NOON
from events.sourcing.clock import SimulatedClock
from events.sourcing.memory import MemoryJournal
from events.sourcing.sealing import MemoryKeyring
from tests.support.suites import JournalSuite, KeyringSuite


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def journal(clock: SimulatedClock) -> MemoryJournal:
    return MemoryJournal(clock)


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


class TestMemoryJournal(JournalSuite):
    """The suite, on memory."""


class TestMemoryKeyring(KeyringSuite):
    """The suite, on memory."""
