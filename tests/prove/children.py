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
from typing import TypeAlias

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
        await asyncio.to_thread(self.process.join, seconds)
        return self.process.exitcode

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


async def start(reception: Reception, environment: Mapping[str, str], folder: Path) -> Child:
    """Return when it can be asked; raises `RuntimeError` with its log when it cannot."""
    name = f"{environment['ROLE']}-{next(_numbers)}"
    log = folder / f"{name}.log"
    told = {**environment, "NAME": name, "DOOR": reception.address, "LOG": str(log)}
    expected = reception.expect(name)
    process = bring_forth(child.main, told)
    return Child(process=process, caller=await _met(expected, process, log), log=log)


async def _met(expected: "asyncio.Future[Caller]", process: BaseProcess, log: Path) -> Caller:
    try:
        async with asyncio.timeout(READY_SECONDS):
            return await expected
    except TimeoutError:
        process.kill()
        raise RuntimeError(f"a service did not start:\n{log.read_text()[-2000:]}") from None
