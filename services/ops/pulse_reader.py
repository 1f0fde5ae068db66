"""Follows the compacted topic of the pulse from its beginning; it needs no checkpoint."""

import asyncio
import logging
from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.kafka import KafkaConsumer, started
from events.sourcing.reader import Progress
from events.sourcing.transient import called_off, jittered, let_go
from services.ops.pulse import Tally
from services.ops.pulse_table import keep_figures

TOPIC = "ops.pulse"
PAUSE_SECONDS = 1.0

_log = logging.getLogger(__name__)


class PulseReader:
    """Keeps the pulse table; every start reads the newest figures again, which changes nothing."""

    name = "pulse"

    def __init__(self, engine: AsyncEngine, *, bootstrap: str) -> None:
        self.progress = Progress()
        self._engine = engine
        self._bootstrap = bootstrap

    async def run(self) -> None:
        """Follow until cancelled; Kafka away only means waiting."""
        while True:
            try:
                self.progress.running = True
                await self._follow()
            except (Exception, asyncio.CancelledError) as failure:
                if called_off():
                    raise
                # It starts again from the beginning.
                self.progress.running = False
                self.progress.retries += 1
                _log.warning("pulse starts again after %s", type(failure).__name__)
            await asyncio.sleep(jittered(PAUSE_SECONDS))

    async def _follow(self) -> None:
        # Outside any group, it is given every partition and starts where they begin.
        consumer = KafkaConsumer(
            TOPIC,
            bootstrap_servers=self._bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        await started(consumer)
        try:
            while True:
                found = await consumer.getmany(timeout_ms=1000)
                await self.keep([one.value for records in found.values() for one in records])
        finally:
            await let_go(consumer.stop())

    async def keep(self, records: Sequence[bytes | None]) -> None:
        """Keep each figure; a record that is none is passed over."""
        if not records:
            return
        figures = [figure for one in records if one is not None and (figure := _figure(one))]
        async with self._engine.begin() as connection:
            for statement in keep_figures(figures):
                await connection.execute(statement)
        await self.progress.tell([])


def _figure(record: bytes) -> Tally | None:
    try:
        return msgspec.json.decode(record, type=Tally)
    except msgspec.MsgspecError:
        _log.warning("not a figure of the pulse")
        return None
