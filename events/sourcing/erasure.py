"""Forgets a person in one service, step by step: a crash between any two is gone on from there."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Executable, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from events.sourcing.builds import purge_forgotten, purge_person
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import erasure, parked
from events.sourcing.keyring import BELIEVED_SECONDS
from events.sourcing.purging import purging, purging_idle
from events.sourcing.transient import jittered

Purge: TypeAlias = Callable[[], Awaitable[None]]

PATIENCE_SECONDS = 10.0
WATCH_SECONDS = 30.0

_log = logging.getLogger(__name__)


class Eraser:
    """Carries an erasure out; asked twice, it is done once more and ends the same.

    `whole_states` are the topics whose records say in clear what is sealed elsewhere: of them
    nothing may stay parked.
    """

    def __init__(
        self,
        kernel: Kernel,
        *,
        whole_states: Sequence[str] = (),
        believed_seconds: float = BELIEVED_SECONDS,
    ) -> None:
        self._kernel = kernel
        self._whole_states = tuple(whole_states)
        self._believed_seconds = believed_seconds

    async def forget(self, subject: str, purge: Purge) -> None:
        """`purge` records what follows from it and empties the read models that serve (`purging`).

        It must bear being repeated; whatever other builds hold goes as well.

        From the first step on no key of this person opens here any more; the last says that it
        is all done. Raises `TimeoutError` where read models do not come along.
        """
        await self._begin(subject)
        # Until then another process of the service may still use a key that it remembers.
        await asyncio.sleep(self._believed_seconds)
        await self._until_written()
        await purge()
        await self._purge_builds(subject)
        await self._purge_parked(subject)
        await self._kernel.keyring.destroy(subject)
        await self._complete(subject)

    async def _begin(self, subject: str) -> None:
        begun = insert(erasure).values(subject=subject, begun_at=self._kernel.clock())
        await self._execute(begun.on_conflict_do_nothing())

    async def _until_written(self) -> None:
        """What was opened before is in the read models by then, so that it can be found there."""
        last = await self._kernel.journal.last_position()
        for name in self._kernel.projections:
            reader = self._kernel.readers[name]
            if isinstance(reader, JournalReader) and not await reader.reached(
                last, timeout=PATIENCE_SECONDS
            ):
                raise TimeoutError(f"{name} has not come as far as an erasure")

    async def _purge_builds(self, subject: str) -> None:
        async with purging(self._kernel) as connection:
            await purge_person(connection, subject)

    async def _purge_parked(self, subject: str) -> None:
        """Records in clear, whichever reader parked them, also those that nobody could read."""
        query = select(parked).where(parked.c.topic.in_(self._whole_states))
        async with self._kernel.engine.begin() as connection:
            rows = (await connection.execute(query)).all()
            about = [_place(row) for row in rows if _is_about(row, subject)]
            place = tuple_(parked.c.reader, parked.c.topic, parked.c.stream, parked.c.version)
            await connection.execute(delete(parked).where(place.in_(about)))
            await connection.execute(self._moved(subject, "purged_at"))

    async def _complete(self, subject: str) -> None:
        await self._execute(self._moved(subject, "completed_at"))

    def _moved(self, subject: str, step: str) -> Executable:
        """A step that was reached before keeps its moment."""
        reached = func.coalesce(erasure.c[step], self._kernel.clock())
        return update(erasure).where(erasure.c.subject == subject).values({step: reached})

    async def _execute(self, statement: Executable) -> None:
        async with self._kernel.engine.begin() as connection:
            await connection.execute(statement)


def _place(row: Any) -> tuple[str, str, str, int]:
    return row.reader, row.topic, row.stream, row.version


def _is_about(row: Any, subject: str) -> bool:
    """By the stream it stands in, or by what its bytes say where it could not be read."""
    if row.stream == subject or row.stream.partition("-")[2] == subject:
        return True
    _, value = msgspec.json.decode(row.record, type=tuple[Any, bytes | None])
    return value is not None and subject.encode() in value


class KeyWatch:
    """Destroys again what a restored copy of the keys brings back, at the start and ever after.

    Such a key opens nothing meanwhile: the keyring asks `erasure` first. Builds that do not serve
    are looked at as well: one that was broken off may have opened values just before.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as failure:  # noqa: BLE001 - the keys open nothing; look again later
                _log.warning("the keys are looked at later after %s", type(failure).__name__)
            await asyncio.sleep(jittered(WATCH_SECONDS))

    async def look(self) -> None:
        """Destroy what should not be there."""
        again = await self._kernel.keyring.destroy_again()
        if again:
            _log.warning("%d keys of forgotten people had come back and are destroyed", again)
        async with purging_idle(self._kernel) as connection:
            rows = await purge_forgotten(connection)
        if rows:
            _log.warning("%d rows about forgotten people stood in builds that do not serve", rows)


def watch_keys(kernel: Kernel) -> None:
    """Let the kernel run a `KeyWatch`."""
    kernel.attend(KeyWatch(kernel).run)
