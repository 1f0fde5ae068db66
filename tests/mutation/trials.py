"""Runs the tests of a room once without any mutant, then once for each, in forked children.

It is a plugin of pytest that takes the place of pytest's own loop: everything is imported and
collected once, and a child that has been forked only runs the tests that reach its mutant.
"""

import gc
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.mutation.bounds import STOPPED, bound_memory, bound_time, ends
from tests.mutation.mutants import Mutant, unchanged
from tests.mutation.transplant import feeds_a_table, put
from tests.mutation.watch import Line, Watch

KILLED, SURVIVED, TIMED_OUT = "killed", "survived", "timed out"

_FORK: Any = get_context("fork")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant, and which test noticed it; a module that fails is noticed by all."""

    ended: str
    by: str = ""


@dataclass(slots=True)
class Clean:
    """The tests without any mutant: how long each takes and what it reaches."""

    seconds: dict[str, float] = field(default_factory=dict)
    reached_by: dict[Line, set[str]] = field(default_factory=lambda: defaultdict(set))
    failed: list[str] = field(default_factory=list)


class Trials:
    """One room's mutants, tried one after the other; `tell` hears how each ended."""

    def __init__(
        self, root: Path, mutants: Sequence[Mutant], *, tell: Callable[[Mutant, Verdict], None]
    ) -> None:
        self.clean = Clean()
        self.ended = False
        self._root = root
        self._mutants = mutants
        self._tell = tell
        self._failed: list[str] = []
        self._there: Connection | None = None
        self._noticed: dict[tuple[str, ...], str] = {}
        """Which test noticed the last mutant of a function: it often notices the next one."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        # What is there already is no garbage: a child that looks through it has to copy it.
        gc.freeze()
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
                self._tell(mutant, self._try(mutant, session.items))
            self.ended = True
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport | None:
        """A child has nothing more to do as soon as a test fails, least of all to write why."""
        if self._there and call.excinfo and not call.excinfo.errisinstance(pytest.skip.Exception):
            self._there.send(item.nodeid)
            os._exit(1)
        return None

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
            reached: set[Line] = set()
            began = monotonic()
            with Watch(self._root, modules, reached):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            clean.seconds[item.nodeid] = monotonic() - began
            for line in reached:
                clean.reached_by[line].add(item.nodeid)
        clean.failed = self._failed
        there.send(clean)
        there.close()

    def _try(self, mutant: Mutant, items: Sequence[pytest.Item]) -> Verdict:
        chosen = self._chosen(mutant, items)
        if not chosen:
            return Verdict(SURVIVED)
        here, there = _FORK.Pipe(duplex=False)
        child = _FORK.Process(target=self._run_mutant, args=(mutant, chosen, there))
        child.start()
        there.close()
        if not ends(child, usual=sum(self.clean.seconds[item.nodeid] for item in chosen)):
            child.kill()
            child.join()
            return Verdict(TIMED_OUT)
        by = _heard(here)
        self._noticed[mutant.path] = by
        return Verdict({0: SURVIVED, STOPPED: TIMED_OUT}.get(child.exitcode, KILLED), by)

    def _chosen(self, mutant: Mutant, items: Sequence[pytest.Item]) -> list[pytest.Item]:
        """Who noticed the last one first, then the quickest.

        What a module computes when it is imported concerns all of them.
        """
        names = {
            name
            for line in mutant.lines
            for name in self.clean.reached_by.get((mutant.module, line), ())
        }
        if not mutant.path or _is_of_a_class(mutant) or feeds_a_table(self._root, mutant):
            names = set(self.clean.seconds)
        chosen = [item for item in items if item.nodeid in names]
        last = self._noticed.get(mutant.path)
        return sorted(
            chosen, key=lambda item: (item.nodeid != last, self.clean.seconds[item.nodeid])
        )

    def _run_mutant(self, mutant: Mutant, items: Sequence[pytest.Item], there: Connection) -> None:
        _hush()
        bound_memory()
        bound_time(0)
        try:
            put(self._root, mutant)
        except Exception:  # noqa: BLE001 - it could not even be imported, which every test notices
            there.send("")
            os._exit(1)
        self._there = there
        for item, following in _pairs(items):
            bound_time(self.clean.seconds[item.nodeid])
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                there.send(item.nodeid)
                os._exit(1)
        os._exit(0)


def _heard(here: Connection) -> str:
    """The test that a child has named, if it has."""
    with here:
        try:
            return str(here.recv())
        except EOFError:
            return ""


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
