"""What a simulated process stands on: its service's database in memory, and the broker."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.ground import Ground
from tests.simulation.bus import Broker, Sender, open_consumer
from tests.simulation.database.dialect import open_engine
from tests.simulation.database.session import Session
from tests.simulation.life import CURRENT, Life


def _connect() -> Session:
    """A connection of the process whose code asks for it."""
    life = CURRENT.get()
    return Session(life.server, life)


ENGINE = open_engine(_connect)
"""One for all, so that each statement is compiled once; every connection is made anew."""


def lay(broker: Broker, life: Life) -> Ground:
    return Ground(
        engine=AsyncEngine(ENGINE),
        journal_engine=AsyncEngine(ENGINE.execution_options(isolation_level="AUTOCOMMIT")),
        sender=Sender(broker, life),
        open_consumer=partial(open_consumer, broker, life),
    )
