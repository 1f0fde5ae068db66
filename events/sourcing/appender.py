"""Appends that wait for each other share one commit."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from events.sourcing.gather import Gatherer, Turn, Waiting
from events.sourcing.journal import Append, Appended
from events.sourcing.transient import is_connection_lost
from events.sourcing.types import Overloaded

Outcome: TypeAlias = Appended | Exception
Write: TypeAlias = Callable[[Sequence[Append]], Awaitable[list[Outcome]]]

QUEUE_LIMIT = 4096
BATCH_LIMIT = 512
CROWD = 128
"""From so many on, some are made ready and told their outcome while others are written."""


class Appender:
    """Drains its queue into one write at a time, or two where many wait.

    `write` answers for each append: where it went, or the `Conflict`, `KeyReused` or `Relieved` it
    met. A write whose answer was lost is written again: the command log answers for what had been
    recorded, so nothing is appended twice.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._gatherer: Gatherer[Append, Appended] = Gatherer(
            self._turn, next_turn=next_batch, crowd=CROWD
        )
        self._listeners: list[Callable[[], None]] = []
        self.reached = 0
        """The last position that listeners were called for."""

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit; readers are woken by it."""
        self._listeners.append(listener)

    @property
    def waiting(self) -> int:
        """How many appends wait for their turn."""
        return len(self._gatherer)

    async def append(self, append: Append) -> Appended:
        """Wait for a turn; raises `Overloaded` when too many wait already."""
        if len(self._gatherer) >= QUEUE_LIMIT:
            raise Overloaded
        return await self._gatherer.ask(append)

    async def _turn(self, batch: Sequence[Append]) -> list[Outcome]:
        outcomes = await self._outcomes(batch)
        ends = [one.last_position or 0 for one in outcomes if isinstance(one, Appended)]
        self.reached = max([self.reached, *ends])
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


def next_batch(
    waiting: "Waiting[Append, Appended]", most: int, under_way: Sequence[Sequence[Append]] = ()
) -> "Turn[Append, Appended]":
    """The longest-waiting appends that touch no stream and no key twice, nor one under way."""
    batch: Turn[Append, Appended] = []
    deferred: Turn[Append, Appended] = []
    touched = {claim for turn in under_way for append in turn for claim in _claims(append)}
    while waiting and len(batch) < min(most, BATCH_LIMIT):
        append, future = waiting.popleft()
        claims = _claims(append)
        (batch if touched.isdisjoint(claims) else deferred).append((append, future))
        touched.update(claims)
    waiting.extendleft(reversed(deferred))
    return batch


def _claims(append: Append) -> tuple[object, ...]:
    """What no other append may touch in the same write: its streams and its key."""
    return (*append.expected, (append.actor, append.key))
