"""Writes that are committed although their answer is lost."""

from collections.abc import Sequence
from typing import Any

from events.sourcing.appender import Outcome
from events.sourcing.journal import Append
from events.sourcing.store import PostgresJournal


class LosesAnswers:
    """Writes, and then says that the connection was lost, every second time."""

    def __init__(self, journal: PostgresJournal) -> None:
        self._write: Any = journal._write
        self.lost = 0
        self._calls = 0

    async def __call__(self, batch: Sequence[Append]) -> list[Outcome]:
        outcomes: list[Outcome] = await self._write(batch)
        self._calls += 1
        if self._calls % 2:
            self.lost += 1
            raise ConnectionResetError
        return outcomes


class LosesTheFirstAnswer(LosesAnswers):
    """Only the first time."""

    async def __call__(self, batch: Sequence[Append]) -> list[Outcome]:
        return await (self._write(batch) if self.lost else super().__call__(batch))
