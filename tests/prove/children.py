"""Starts services as processes of their own, and kills, stops and wakes them."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeAlias

from tests.prove import child
from tests.prove.door import Caller, Reception
from tests.support.warm import LIBRARIES

# One process that has everything imported brings them forth in a moment; it may be the one that
# serves the copies of a tree as well, which want the libraries.
_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload([*LIBRARIES, child.__name__])
_numbers = count(1)

Main: TypeAlias = Callable[[Mapping[str, str]], None]

READY_SECONDS = 60
END_SECONDS = 15
WORD_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A process of its own; `ended` is done as soon as it is no more."""

    process: BaseProcess
    ended: "asyncio.Future[None]"

    async def died(self, *, seconds: float = END_SECONDS) -> int | None:
        """What it ended with, once it did; `None` where it goes on living."""
        await asyncio.wait([self.ended], timeout=seconds)
        return self.process.exitcode

    def signal(self, which: signal.Signals) -> None:
        """SIGKILL, SIGSTOP, SIGCONT."""
        if self.process.pid is not None:
            os.kill(self.process.pid, which)

    async def kill(self) -> None:
        """As the machine's own end would, whether it runs or stands still."""
        self.process.kill()
        await self.died()


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A service in a process of its own, and the door to ask it at."""

    program: Program
    caller: Caller
    log: Path

    async def end(self) -> None:
        """Let it finish what it was asked; one that cannot is killed."""
        await self.caller.close()
        if await self.program.died() is None:
            await self.kill()

    async def kill(self) -> None:
        """Nobody is asked any more, and nothing is finished."""
        await self.program.kill()
        await self.caller.close()


def bring_forth(main: Main, environment: Mapping[str, str]) -> Program:
    """A process that does one thing as its environment says."""
    process = _nursery.Process(target=main, args=(environment,), daemon=True)
    process.start()
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def end() -> None:
        loop.remove_reader(process.sentinel)
        ended.set_result(None)

    loop.add_reader(process.sentinel, end)
    return Program(process=process, ended=ended)


async def start(
    reception: Reception,
    environment: Mapping[str, str],
    folder: Path,
    *,
    main: Main = child.main,
) -> Child:
    """Return when it can be asked; raises `RuntimeError` with its log when it cannot."""
    name = f"{environment['ROLE']}-{next(_numbers)}"
    log = folder / f"{name}.log"
    told = {**environment, "NAME": name, "DOOR": reception.address, "LOG": str(log)}
    expected = reception.expect(name)
    program = bring_forth(main, told)
    either: list[asyncio.Future[Any]] = [expected, program.ended]
    await asyncio.wait(either, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if program.ended.done():
        # It may have said its name and fallen at once: then its word is still on the way.
        await asyncio.wait([expected], timeout=WORD_SECONDS)
    if not expected.done():
        program.process.kill()
        raise RuntimeError(f"a service did not start; it said:\n{_said(log)}")
    return Child(program=program, caller=expected.result(), log=log)


def _said(log: Path) -> str:
    return log.read_text()[-2000:] if log.exists() else "nothing"
