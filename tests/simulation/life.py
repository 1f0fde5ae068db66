"""One process of a service, from its start to its end; what it does is done step by step."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, Protocol

from fastapi import FastAPI

from events.sourcing.kernel import Kernel
from tests.simulation.database.server import Server

CURRENT: "ContextVar[Life]" = ContextVar("life")
"""Whose code is running."""


class Fate(Protocol):
    """What may happen to a process at each step."""

    async def step(self, life: "Life", kind: str) -> None:
        """Let it happen: nothing mostly; a delay, an error, or the end."""


class Life:
    """Everything a process has in hand: its tasks, and what must be let go of at its end."""

    def __init__(self, service: str, number: int, server: Server, fate: Fate) -> None:
        self.service = service
        self.number = number
        self.server = server
        self.alive = True
        self.kernel: Kernel | None = None
        self.door: FastAPI | None = None
        self.state: Any = None
        """These only once it is up; not every service has a door, and something behind it."""
        self.work: asyncio.Task[Any]
        self.thawed = asyncio.Event()
        self.thawed.set()
        self._fate = fate
        self.tasks: dict[asyncio.Task[Any], None] = {}
        self._endings: dict[Callable[[], None], None] = {}
        self._silences: dict[Callable[[], None], None] = {}
        self._context = self._own_context()

    def _own_context(self) -> Context:
        context = copy_context()
        context.run(CURRENT.set, self)
        return context

    def start(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Let this process do something."""
        return asyncio.get_running_loop().create_task(work, context=self._context)

    def at_the_end(self, ending: Callable[[], None]) -> None:
        """The outside world does this when the process is gone."""
        self._endings[ending] = None

    def when_silent(self, ending: Callable[[], None]) -> None:
        """The outside world does this when nothing has been heard of the process for a while."""
        self._silences[ending] = None

    def no_longer(self, ending: Callable[[], None]) -> None:
        self._endings.pop(ending, None)
        self._silences.pop(ending, None)

    def be_silent(self) -> None:
        for ending in list(self._silences):
            ending()

    async def step(self, kind: str) -> None:
        """Between any two of these the process may end, stand still, or be cut off."""
        if not self._goes_on():
            await self._until_thawed()
        await self._fate.step(self, kind)
        if not self._goes_on():
            await self._until_thawed()

    def _goes_on(self) -> bool:
        return self.alive and self.thawed.is_set()

    async def _until_thawed(self) -> None:
        await self.thawed.wait()
        self.must_go_on()

    def must_go_on(self) -> None:
        """A process that has ended does nothing any more, not even on its way out."""
        if not self.alive:
            raise asyncio.CancelledError

    def end(self) -> None:
        """From one moment to the next."""
        self.alive = False
        self.thawed.set()
        for ending in [*self._endings, *self._silences]:
            ending()
        for task in list(self.tasks):
            task.cancel()

    def take(self, task: "asyncio.Task[Any]") -> None:
        """It belongs to this process."""
        self.tasks[task] = None
        task.add_done_callback(self._drop)

    def _drop(self, task: "asyncio.Task[Any]") -> None:
        self.tasks.pop(task, None)
        if not task.cancelled():
            task.exception()  # Whoever waited for it has been told.


def task_of_a_life(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], context: Context | None = None
) -> "asyncio.Task[Any]":
    """A task that ends with the process whose code makes it."""
    task = asyncio.Task(work, loop=loop, context=context)
    life = (context or copy_context()).get(CURRENT)
    if life is not None:
        life.take(task)
    return task
