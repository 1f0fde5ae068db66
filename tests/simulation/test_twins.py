"""What the simulation stands on keeps the promises of what it stands for."""

from collections.abc import AsyncIterator

import pytest

from contracts.sample import NOON
from events.sourcing.clock import SimulatedClock
from events.sourcing.keyring import PostgresKeyring, read_kek
from events.sourcing.store import PostgresJournal
