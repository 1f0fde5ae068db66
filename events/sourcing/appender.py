"""Appends that wait for each other share one commit."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from events.sourcing.gather import Gatherer
from events.sourcing.journal import Append, Appended
from events.sourcing.transient import is_connection_lost
from events.sourcing.types import Overloaded

Outcome: TypeAlias = Appended | Exception
Write: TypeAlias = Callable[[Sequence[Append]], Awaitable[list[Outcome]]]

QUEUE_LIMIT = 4096
BATCH_LIMIT = 512


class Appender:
    """Drains its queue into one write at a time.

    `write` answers for each append: where it went, or the `Conflict` or `KeyReused` it met. A
    write whose answer was lost is written again: the command log answers for what had been
    recorded, so nothing is appended twice.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._gatherer: Gatherer[Append, Appended] = Gatherer(self._turn, next_turn=next_batch)
        self._listeners: list[Callable[[], None]] = []

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit; readers are woken by it."""
        self._listeners.append(listener)

    @property
    def waiting(self) -> int:
        """How many appends wait for their turn."""
        return len(self._gatherer)

    async def append(self, append: Append) -> Appended:
        """Wait for a turn; raises `Overloaded` when too many wait already."""
        if self.waiting >= QUEUE_LIMIT:
            raise Overloaded
        return await self._gatherer.ask(append)

    async def _turn(self, batch: Sequence[Append]) -> list[Outcome]:
        outcomes = await self._outcomes(batch)
        for listener in self._listeners:
            listener()
        return outcomes

    async def _outcomes(self, batch: Sequence[Append]) -> list[Outcome]:
        """One that the database cannot take fails alone: its neighbours are written without it."""
        try:
            return await self._write(batch)
        except Exception as failure:
            if is_connection_lost(failure):
                raise
            if len(batch) == 1:
                return [failure]
        return [outcome for append in batch for outcome in await self._outcomes([append])]


def next_batch(waiting: deque[tuple[Append, Any]]) -> list[tuple[Append, Any]]:
    """The longest-waiting appends that do not touch the same stream or key."""
    batch: list[tuple[Append, Any]] = []
    deferred: list[tuple[Append, Any]] = []
    touched: set[object] = set()
    while waiting and len(batch) < BATCH_LIMIT:
        append, future = waiting.popleft()
        claims = {*append.expected, (append.actor, append.key)}
        (deferred if touched & claims else batch).append((append, future))
        touched |= claims
    waiting.extendleft(reversed(deferred))
    return batch
