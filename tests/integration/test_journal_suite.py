"""The journal and the keyring in PostgreSQL do what is promised of every one."""

import pytest

from events.sourcing.clock import SimulatedClock
from events.sourcing.keyring import PostgresKeyring
from events.sourcing.store import PostgresJournal
from tests.support.duties import TakeOver, by_its_row
from tests.support.kernel import Workplace
from tests.support.suites import JournalSuite, KeyringSuite


@pytest.fixture
def clock(place: Workplace) -> SimulatedClock:
    return place.clock


@pytest.fixture
def journal(place: Workplace) -> PostgresJournal:
    return place.kernel().journal


@pytest.fixture
def take_over(place: Workplace) -> TakeOver:
    return by_its_row(place.kernel().engine)


@pytest.fixture
def keyring(place: Workplace) -> PostgresKeyring:
    return place.kernel().keyring


class TestPostgresJournal(JournalSuite):
    """The suite, on PostgreSQL."""


class TestPostgresKeyring(KeyringSuite):
    """The suite, on PostgreSQL."""
