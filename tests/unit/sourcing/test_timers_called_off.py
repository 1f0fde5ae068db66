"""Timers end when they are told to, whatever being cut short is called by what they were at."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from contracts.sample import NOON
from events.sourcing import timers as timers_module
from events.sourcing.clock import SimulatedClock
from events.sourcing.timers import Timers
from events.sourcing.types import Context
from tests.support.kernel import context

NOBODY = create_async_engine("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
DUE = ("a", "1", NOON, "Note", b"{}", msgspec.json.encode(context()))


class Cut:
    """A transaction, or a command within it, that is cut short and says so by another name."""

    def __init__(self, *rows: tuple[object, ...]) -> None:
        self.rows = rows
        self.begun = asyncio.Event()

    @asynccontextmanager
    async def transaction(self, _: object) -> AsyncIterator[None]:
        yield

    async def ask(self, *_: object) -> Sequence[tuple[object, ...]]:
        if not self.rows:
            await self.wait()
        return self.rows

    async def dispatch(self, _: object, __: Context) -> None:
        await self.wait()

    async def wait(self) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise TimeoutError from None


@pytest.mark.parametrize("rows", [(), (DUE,)])
async def test_who_is_called_off_ends_though_it_is_told_by_another_name(
    monkeypatch: pytest.MonkeyPatch, rows: Sequence[tuple[object, ...]]
) -> None:
    cut = Cut(*rows)
    commands: Mapping[str, Any] = {"Note": dict}
    monkeypatch.setattr(timers_module, "transaction", cut.transaction)
    monkeypatch.setattr(timers_module, "ask", cut.ask)
    timers = Timers(NOBODY, clock=SimulatedClock(NOON), commands=commands, dispatch=cut.dispatch)
    running = asyncio.create_task(timers.run())
    await cut.begun.wait()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=5)
    assert done == {running}
