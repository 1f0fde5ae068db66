"""Runs the tests of a room once without any mutant, then once for each, in forked children.

It is a plugin of pytest that takes the place of pytest's own loop: everything is imported and
collected once, and a child that has been forked only runs the tests that reach its mutant.
"""

import os
import resource
import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any, TypeAlias

import psutil
import pytest

from tests.mutation.mutants import Mutant, unchanged
from tests.mutation.transplant import feeds_a_table, put

KILLED, SURVIVED, TIMED_OUT = "killed", "survived", "timed out"

PATIENCE = 10
"""A mutant may take so many times as long as the tests take without it, and then some."""
SECONDS_MORE = 30
CPU_SECONDS_MORE = 10
LOOK_SECONDS = 0.5
ASLEEP = 5
"""So many looks in a row; no test here sleeps that long."""
MEMORY_MORE = 2 * 1024**3

_FORK: Any = get_context("fork")

Place: TypeAlias = tuple[str, str]
"""A module and a function in it."""


@dataclass(slots=True)
class Clean:
    """The tests without any mutant: how long each takes and what it reaches."""

    seconds: dict[str, float] = field(default_factory=dict)
    reached_by: dict[Place, set[str]] = field(default_factory=lambda: defaultdict(set))
    failed: list[str] = field(default_factory=list)


class Trials:
    """One room's mutants, tried one after the other; `verdicts` says how each ended."""

    def __init__(
        self, root: Path, mutants: Sequence[Mutant], *, tell: Callable[[Mutant, str], None]
    ) -> None:
        self.verdicts: dict[Mutant, str] = {}
        self.clean = Clean()
        self._root = root
        self._mutants = mutants
        self._tell = tell
        self._failed: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        here, there = _FORK.Pipe(duplex=False)
        child = _FORK.Process(target=self._run_clean, args=(session.items, there))
        child.start()
        there.close()
        try:
            self.clean = here.recv()
        except EOFError:
            self.clean.failed.append("what is unchanged cannot be put in its own place")
        child.join()
        if not self.clean.failed:
            for mutant in self._mutants:
                self.verdicts[mutant] = self._try(mutant, session.items)
                self._tell(mutant, self.verdicts[mutant])
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.append(report.nodeid)

    def _run_clean(self, items: Sequence[pytest.Item], there: Connection) -> None:
        _hush()
        modules = {mutant.module for mutant in self._mutants}
        clean = Clean()
        # What is put in the place of something must itself go unnoticed.
        for module in modules:
            for statement in unchanged(self._root, module):
                put(self._root, statement)
        for item, following in _pairs(items):
            reached: set[Place] = set()
            began = monotonic()
            with _Watch(self._root, modules, reached):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            clean.seconds[item.nodeid] = monotonic() - began
            for place in reached:
                clean.reached_by[place].add(item.nodeid)
        clean.failed = self._failed
        there.send(clean)
        there.close()

    def _try(self, mutant: Mutant, items: Sequence[pytest.Item]) -> str:
        chosen = self._chosen(mutant, items)
        if not chosen:
            return SURVIVED
        child = _FORK.Process(target=self._run_mutant, args=(mutant, chosen))
        child.start()
        usual = sum(self.clean.seconds[item.nodeid] for item in chosen)
        if not _ends(child, within=usual * PATIENCE + SECONDS_MORE):
            child.kill()
            child.join()
            return TIMED_OUT
        return {0: SURVIVED, -signal.SIGXCPU: TIMED_OUT}.get(child.exitcode, KILLED)

    def _chosen(self, mutant: Mutant, items: Sequence[pytest.Item]) -> list[pytest.Item]:
        """The quickest first. What a module computes when it is imported concerns all of them."""
        names = self.clean.reached_by[mutant.module, ".".join(mutant.path[:2])]
        if not mutant.path or _is_of_a_class(mutant) or feeds_a_table(self._root, mutant):
            names = set(self.clean.seconds)
        chosen = [item for item in items if item.nodeid in names]
        return sorted(chosen, key=lambda item: self.clean.seconds[item.nodeid])

    def _run_mutant(self, mutant: Mutant, items: Sequence[pytest.Item]) -> None:
        _hush()
        _bound(sum(self.clean.seconds[item.nodeid] for item in items))
        try:
            put(self._root, mutant)
        except Exception:  # noqa: BLE001 - it could not even be imported, which every test notices
            os._exit(1)
        for item, following in _pairs(items):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                os._exit(1)
        os._exit(0)


def _is_of_a_class(mutant: Mutant) -> bool:
    """Whether it changes a field and no method."""
    return len(mutant.path) == 1 and mutant.code.lstrip().startswith(("class ", "@dataclass"))


def _pairs(items: Sequence[pytest.Item]) -> list[tuple[pytest.Item, pytest.Item | None]]:
    return list(zip(items, [*items[1:], None], strict=True))


def _hush() -> None:
    """What a child has to say is of no interest."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _bound(usual: float) -> None:
    """A mutant that never ends, or that asks for all memory, ends by itself."""
    seconds = int(usual * PATIENCE) + CPU_SECONDS_MORE
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    memory = psutil.Process().memory_info().vms + MEMORY_MORE
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _ends(child: Any, *, within: float) -> bool:
    """Whether it ends by itself. One that sleeps and sleeps waits for what will never come."""
    until, worked, asleep = monotonic() + within, 0.0, 0
    while monotonic() < until and asleep < ASLEEP:
        child.join(LOOK_SECONDS)
        if not child.is_alive():
            return True
        seen = psutil.Process(child.pid)
        now = sum(seen.cpu_times()[:2])
        # A machine that is busy keeps one waiting that could run; it does not look asleep.
        rests = seen.status() == psutil.STATUS_SLEEPING and now == worked
        worked, asleep = now, asleep + 1 if rests else 0
    return False


class _Watch:
    """Notes which functions of some modules are called meanwhile."""

    def __init__(self, root: Path, modules: set[str], reached: set[Place]) -> None:
        self._modules: Mapping[str, str] = {str(root / module): module for module in modules}
        self._reached = reached

    def __enter__(self) -> None:
        threading.setprofile(self._see)
        sys.setprofile(self._see)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)

    def _see(self, frame: FrameType, event: str, _: object) -> None:
        module = self._modules.get(frame.f_code.co_filename)
        if module is not None and event == "call":
            self._reached.add((module, frame.f_code.co_qualname.partition(".<locals>")[0]))
