"""What a service has told others, held against its journal before it says or records more."""

import asyncio
import logging
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock
from events.sourcing.desk import Desk
from events.sourcing.left import Ends
from events.sourcing.restored import Comparison
from events.sourcing.standstill import StandsStill
from events.sourcing.store import PostgresJournal
from events.sourcing.telling import Sender, Teller
from events.sourcing.topic_reader import Source
from events.sourcing.transient import jittered
from events.sourcing.types import WholeState

LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Account:
    """Settled each time a relay begins, and once before a process of the service appends."""

    def __init__(
        self,
        source: Source,
        engine: AsyncEngine,
        desk: Desk,
        sender: Sender,
        *,
        states: Mapping[type, WholeState],
        clock: Clock,
    ) -> None:
        self.comparison = Comparison(
            engine,
            Ends(source.bootstrap, source.topics, service=desk.service),
            service=desk.service,
            states=(state.topic for state in states.values()),
            clock=clock,
        )
        self._teller = Teller(engine, desk, sender, states=states, clock=clock)

    async def settle(self) -> None:
        """Raises `StandsStill` where others know more; else tells them what never happened."""
        await self.comparison.check()
        await self._teller.tell()

    async def open(self, journal: PostgresJournal) -> None:
        """Appends wait until the journal was held against Kafka.

        While Kafka is away they go on all the same, unless the database lies elsewhere than before:
        it may be an older copy, and would use positions again that others know.
        """
        while not await self._may_go_on():  # noqa: ASYNC110 - it is Kafka that is waited for
            await asyncio.sleep(jittered(LOOK_SECONDS))
        journal.release()

    async def _may_go_on(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.comparison.check()
        except StandsStill:
            return True
        except Exception as failure:  # noqa: BLE001 - whatever keeps it from looking, it looks again
            _log.warning("not compared with Kafka yet: %s", type(failure).__name__)
        else:
            return True
        try:
            return not await self.comparison.is_suspect()
        except Exception as failure:  # noqa: BLE001 - the same for the database
            _log.warning("not compared with itself yet: %s", type(failure).__name__)
            return False
