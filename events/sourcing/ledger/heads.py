"""Signs a head of the record at intervals, as long as the record still holds what was signed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NoReturn

from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock
from events.sourcing.ledger.head import Head, SignedHead
from events.sourcing.ledger.keys import Signer
from events.sourcing.ledger.patrol import Patrol
from events.sourcing.ledger.places import Place
from events.sourcing.ledger.row import Row, row_bytes
from events.sourcing.ledger.store import (
    Driver,
    heads_after,
    keep_head,
    keep_tiles,
    load_edge,
    newest_head,
    rows_after,
)
from events.sourcing.ledger.tree import Edge
from events.sourcing.transient import jittered

EVERY_SECONDS = 60.0
BATCH = 500
"""Rows hashed in one go, some milliseconds long; whoever else has work comes in between."""

TILES_IN_A_TURN = 16
"""Old tiles looked at each time, 4096 rows: a million rows in four hours."""

_TURN = "SELECT pg_try_advisory_xact_lock(7003)"

_log = logging.getLogger(__name__)


class RecordAltered(Exception):
    """The record no longer holds what a head vouches for: nothing more is signed."""


class Heads:
    """Vouches for one service's journal. Several processes may run it: one signs at a time.

    `newest` is the head that was signed last, as far as this process has seen; `trouble` says what
    of the record no longer holds, where anything was found.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        service: str,
        signer: Signer,
        clock: Clock,
        places: Sequence[Place],
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._engine = engine
        self._service = service
        self._signer = signer
        self._clock = clock
        self._places = places
        self._every = every_seconds
        self._patrol = Patrol()
        self.newest: Head | None = None
        self.trouble: str | None = None

    @property
    def altered(self) -> bool:
        """Whether the record was found not to hold what was signed."""
        return self.trouble is not None

    @property
    def rounds(self) -> int:
        """How often everything that fills a tile was looked at again since this process began."""
        return self._patrol.rounds

    async def run(self) -> None:
        """Look, sign and hand on until cancelled; what fails is tried again next time."""
        while True:
            await self.turn()
            await asyncio.sleep(jittered(self._every))

    async def turn(self) -> None:
        """What is done each time. A record that was put right again is vouched for again."""
        try:
            await self.look()
            await self.sign()
        except RecordAltered as failure:
            _log.error("%s: %s; run `make verify`", self._service, failure)
        except Exception as failure:  # noqa: BLE001 - the next turn takes up what was left
            _log.warning("no head was signed: %s", type(failure).__name__)
        else:
            self.trouble = None
        # Also what was signed before the record was altered: that is when it is needed.
        await self.hand_on()

    async def look(self) -> None:
        """Recompute the next of the old rows, round and round; raises `RecordAltered`."""
        async with self._driver() as driver:
            found = await self._patrol.look(driver, tiles=TILES_IN_A_TURN)
        if found is not None:
            self._refuse(found)

    async def sign(self) -> SignedHead | None:
        """Sign a head over all rows; `None` when nothing is new or another process is at it.

        Raises `RecordAltered`. Costs the new rows and at most 255 hashes for each level.
        """
        async with self._driver() as driver, driver.transaction():
            is_its_turn = await driver.fetchval(_TURN)
            newest = await newest_head(driver, self._service)
            self.newest = newest.head if newest else None
            if not is_its_turn or (head := await self._grow(driver, self.newest)) is None:
                return None
            signed = self._signer.sign(head)
            await keep_head(driver, signed)
        self.newest = head
        return signed

    async def hand_on(self) -> None:
        """Bring every place up to date, each as far as it answers."""
        for place in self._places:
            try:
                await self._hand_to(place)
            except Exception as failure:  # noqa: BLE001 - the next turn takes up what was left
                _log.warning("a head waits: %s", type(failure).__name__)

    async def _hand_to(self, place: Place) -> None:
        async with self._driver() as driver:
            newest = await newest_head(driver, self._service)
            if newest is None:
                return
            known = await place.newest()
            size = newest.head.size - 1 if known is None else known
            while heads := await heads_after(driver, self._service, size, limit=BATCH):
                await place.put(heads)
                size = heads[-1].head.size

    async def _grow(self, driver: Driver, vouched: Head | None) -> Head | None:
        """The head over all rows; `None` where there are no more than were vouched for."""
        edge, position = await load_edge(driver)
        if edge.size > (vouched.size if vouched else 0):
            self._refuse("its tiles reach further than what was signed")
        self._compare(vouched, edge)
        row = None
        while rows := await rows_after(driver, position, limit=BATCH):
            for row in rows:
                if tiles := edge.add(row_bytes(row)):
                    await keep_tiles(driver, tiles, last_position=row.position)
                self._compare(vouched, edge, row)
            position = rows[-1].position
        if vouched and edge.size < vouched.size:
            self._refuse("it is shorter than what was signed")
        if row is None or (vouched and edge.size == vouched.size):
            return None
        return Head(
            service=self._service,
            size=edge.size,
            position=row.position,
            root=edge.root,
            link=row.link,
            made_at=self._clock(),
        )

    def _compare(self, vouched: Head | None, edge: Edge, row: Row | None = None) -> None:
        if vouched is None or edge.size != vouched.size:
            return
        if edge.root != vouched.root or (row and row.link != vouched.link):
            self._refuse("its rows are not those that were signed")

    def _refuse(self, why: str) -> NoReturn:
        self.trouble = why
        raise RecordAltered(f"the record was altered: {why}")

    @asynccontextmanager
    async def _driver(self) -> AsyncIterator[Driver]:
        async with self._engine.connect() as connection:
            raw = await connection.get_raw_connection()
            yield raw.driver_connection
