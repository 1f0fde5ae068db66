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

# One process that has everything imported brings them forth in a moment.
_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload([child.__name__])
_numbers = count(1)

Main: TypeAlias = Callable[[Mapping[str, str]], None]

READY_SECONDS = 60
END_SECONDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A service in a process of its own, and the door to ask it at."""

    process: BaseProcess
    caller: Caller
    log: Path

    def signal(self, which: signal.Signals) -> None:
        """SIGKILL, SIGSTOP, SIGCONT."""
        if self.process.pid is not None:
            os.kill(self.process.pid, which)

    async def died(self, *, seconds: float = END_SECONDS) -> int | None:
        """What it ended with, once it did; `None` where it goes on living."""
        return await ended(self.process, seconds=seconds)

    async def end(self) -> None:
        """Let it finish what it was asked; one that cannot is killed."""
        await self.caller.close()
        if await self.died() is None:
            await self.kill()

    async def kill(self) -> None:
        """As the machine's own end would, whether it runs or stands still."""
        self.process.kill()
        await self.died()


def bring_forth(main: Main, environment: Mapping[str, str]) -> BaseProcess:
    """A process that does one thing as its environment says."""
    process = _nursery.Process(target=main, args=(environment,), daemon=True)
    process.start()
    return process


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
    process = bring_forth(main, told)
    return Child(process=process, caller=await _met(expected, process, log), log=log)


async def _met(expected: "asyncio.Future[Caller]", process: BaseProcess, log: Path) -> Caller:
    await _first_of(_end_of(process), expected, seconds=READY_SECONDS)
    if expected.done() and not expected.cancelled():
        return expected.result()
    process.kill()
    raise RuntimeError(f"a service did not start; it said:\n{_said(log)}")


def _said(log: Path) -> str:
    return log.read_text()[-2000:] if log.exists() else "nothing"


async def ended(process: BaseProcess, *, seconds: float) -> int | None:
    """What a process ended with; `None` where it goes on after so many seconds."""
    await _first_of(_end_of(process), seconds=seconds)
    return process.exitcode


async def _first_of(*futures: "asyncio.Future[Any]", seconds: float) -> None:
    """Return when one of them is done, or after so many seconds; the others are let go."""
    await asyncio.wait(futures, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for future in futures:
        future.cancel()


def _end_of(process: BaseProcess) -> "asyncio.Future[None]":
    """Done as soon as the process is no more; for one who waits at a time."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    loop.add_reader(process.sentinel, _settle, ended)
    ended.add_done_callback(lambda _: loop.remove_reader(process.sentinel))
    return ended


def _settle(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
