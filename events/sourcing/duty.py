"""What one process of a service does at a time; the others stand by, and one takes over."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing import lease
from events.sourcing.gather import Gatherer
from events.sourcing.journal_reader import JournalReader
from events.sourcing.lease import Lease, LostLease
from events.sourcing.process import Dispatch
from events.sourcing.reader import Reader
from events.sourcing.transient import called_off, jittered, let_go, surely
from events.sourcing.types import Context, OnDuty, Relieved

LOOK_SECONDS = 1.0
"""How often those that stand by look whether the duty is free."""

_NAMED = text("INSERT INTO duty (name) VALUES (:name) ON CONFLICT DO NOTHING")
_FREE = text(
    "SELECT name FROM duty WHERE name = :name AND leased_until < clock_timestamp()"
    " FOR UPDATE SKIP LOCKED"
)
APPENDS_LOCK = 7001
"""Appends take turns by it: none that was let in before is still under way behind it."""

Loop = Callable[[], Coroutine[Any, Any, None]]
Ending = Callable[[], Awaitable[None]]

_log = logging.getLogger(__name__)


class Duty:
    """Loops that run in one process of a service at a time, by a lease with a fencing token.

    What they record carries the token, and the append refuses it once another process has taken
    over. Whoever takes over finds everything in the journal that will ever be recorded before.
    """

    def __init__(self, name: str, engine: AsyncEngine) -> None:
        self.name = name
        self.readers: list[Reader] = []
        self._engine = engine
        self._lease = Lease(engine, "duty", "name = :name", name=name)
        self._confirming: Gatherer[int, None] = Gatherer(self._confirm)
        self._loops: list[Loop] = []
        self._endings: list[Ending] = []
        self._turn: OnDuty | None = None
        self._suspects = asyncio.Event()

    @property
    def turn(self) -> OnDuty | None:
        """This process's turn while it is on duty."""
        return self._turn

    @property
    def status(self) -> Literal["active", "standing-by"]:
        """For `/health`."""
        return "standing-by" if self._turn is None else "active"

    def follow(self, reader: Reader) -> None:
        """Let this reader run while on duty."""
        self.readers.append(reader)
        self._loops.append(reader.run)

    def loop(self, loop: Loop) -> None:
        """Let this run while on duty."""
        self._loops.append(loop)

    def when_over(self, ending: Ending) -> None:
        """Do this whenever a turn of this process is over."""
        self._endings.append(ending)

    def carrying(self, dispatch: Dispatch) -> Dispatch:
        """The same for this turn alone; raises `Relieved` where it is not ours, also at the end.

        Where nothing had to be recorded, nobody would refuse it: so it is looked whether what was
        found to be in order was still ours to say. Whoever takes over later has read it as well.
        """

        async def carry_out(command: object, context: Context) -> object:
            turn = self._turn
            if turn is None:
                raise Relieved(self.name)
            try:
                done = await dispatch(command, replace(context, on_duty=turn))
                await self._confirming.ask(turn.token)
            except (Relieved, LostLease):
                self._suspects.set()
                raise Relieved(self.name) from None
            return done

        return carry_out

    async def _confirm(self, tokens: Sequence[int]) -> list[Exception | None]:
        """Those who are done at about the same time look together."""
        held = {token: await self._lease.holds(token) for token in set(tokens)}
        return [None if held[token] else LostLease() for token in tokens]

    async def run(self) -> None:
        """Stand by and be on duty by turns, until cancelled."""
        while True:
            try:
                await self._stand_by()
                await self._serve()
            except LostLease:
                _log.warning("another process took over: %s", self.name)
            except (Exception, asyncio.CancelledError) as failure:
                if called_off():
                    raise
                # Whatever was begun is begun again by whoever is on duty next.
                _log.warning("%s is off duty after %s", self.name, type(failure).__name__)
            await asyncio.sleep(jittered(LOOK_SECONDS))

    async def _stand_by(self) -> None:
        """Know how far whoever is on duty has come: others wait for it here."""
        for reader in self.readers:
            if isinstance(reader, JournalReader):
                await reader.begin()

    async def _serve(self) -> None:
        token = await self._claim()
        if token is None:
            return
        try:
            self._turn = OnDuty(self.name, token)
            self._suspects.clear()
            await _run_all([*self._loops, lambda: self._keep(token)])
        finally:
            self._turn = None
            for reader in self.readers:
                reader.progress.running = False
            try:
                for ending in self._endings:
                    await let_go(ending())
            finally:
                await let_go(self._lease.release(token))

    async def _claim(self) -> int | None:
        async with self._engine.begin() as connection:
            await connection.execute(_NAMED, {"name": self.name})
            if (await connection.execute(_FREE, {"name": self.name})).first() is None:
                return None
            await connection.execute(select(func.pg_advisory_xact_lock(APPENDS_LOCK)))
            return await self._lease.claim(connection)

    async def _keep(self, token: int) -> None:
        """Renew until it is lost: every now and then, and at once where that is to be feared."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(lease.RENEW_SECONDS):
                    await self._suspects.wait()
            self._suspects.clear()
            await surely(lambda: self._lease.renew(token))


async def _run_all(loops: Sequence[Loop]) -> None:
    """Run them until one ends, and none any more afterwards; raises what that one raised."""
    tasks = [asyncio.create_task(loop()) for loop in loops]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
