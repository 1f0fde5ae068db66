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
from events.sourcing.ledger.places import Place
from events.sourcing.ledger.row import Row, row_bytes
from events.sourcing.ledger.store import (
    Driver,
    heads_after,
    keep_head,
    keep_tiles,
    last_position,
    load_edge,
    newest_head,
    rows_after,
)
from events.sourcing.ledger.tree import Edge
from events.sourcing.transient import jittered

EVERY_SECONDS = 60.0
BATCH = 500
"""Rows hashed in one go, some milliseconds long; whoever else has work comes in between."""

_TURN = "SELECT pg_try_advisory_xact_lock(7002)"

_log = logging.getLogger(__name__)


class RecordAltered(Exception):
    """The record no longer holds what the newest head vouches for: nothing more is signed."""


class Heads:
    """Vouches for one service's journal. Several processes may run it: one signs at a time."""

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
        self.altered = False

    async def run(self) -> None:
        """Sign and hand on until cancelled; what fails is tried again next time."""
        while True:
            try:
                await self.sign()
                await self.hand_on()
            except RecordAltered as failure:
                _log.error("%s: %s; run `make verify`", self._service, failure)
            except Exception as failure:  # noqa: BLE001 - the next turn takes up what was left
                _log.warning("no head was signed: %s", type(failure).__name__)
            await asyncio.sleep(jittered(self._every))

    async def sign(self) -> SignedHead | None:
        """Sign a head over all rows; `None` when nothing is new or another process is at it.

        Raises `RecordAltered`. Costs the new rows and at most 255 hashes for each level.
        """
        async with self._driver() as driver, driver.transaction():
            if not await driver.fetchval(_TURN):
                return None
            newest = await newest_head(driver, self._service)
            if await last_position(driver) == (newest.head.position if newest else 0):
                return None
            head = await self._grow(driver, newest.head if newest else None)
            signed = self._signer.sign(head)
            await keep_head(driver, signed)
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

    async def _grow(self, driver: Driver, vouched: Head | None) -> Head:
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
        if row is None or (vouched and edge.size <= vouched.size):
            self._refuse("it is shorter than what was signed")
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
        self.altered = True
        raise RecordAltered(f"the record was altered: {why}")

    @asynccontextmanager
    async def _driver(self) -> AsyncIterator[Driver]:
        async with self._engine.connect() as connection:
            raw = await connection.get_raw_connection()
            yield raw.driver_connection
