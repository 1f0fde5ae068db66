"""A whole platform of its own with the story played on it, and somebody who kills on cue."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias
from xmlrpc.client import Fault

import httpx
import psutil

from events.edge.identity import Actor, SignedTokens
from infra.local.jars import class_path
from infra.local.places import ROOT, Places, places_here
from infra.local.ports import discovered_services, is_free, listens, port_table
from infra.local.secrets import secret_text
from infra.local.services import WORKER, service_url
from infra.local.story import APART
from infra.local.supervision import interface
from tests.support.waiting import comes_true

PLAYER = ("infra.world", "story")
UP = "Stop: Ctrl-C"
"""The last line of a platform that stays."""
READY_SECONDS = 90
PROCESSES = (*discovered_services(), WORKER)

Deed: TypeAlias = "Callable[[Stage], None]"


class Stage:
    """One platform; the story is held still while something is done to the platform."""

    def __init__(self, folder: Path) -> None:
        base = free_base()
        # What was fetched from outside once is not fetched again for every stage.
        jars = places_here().jars
        class_path(jars)
        folder.mkdir()
        folder.joinpath("jars").symlink_to(jars, target_is_directory=True)
        self.ports = port_table(discovered_services(), base + APART)
        self.places = Places(local=folder / "story")
        self._told = {**os.environ, "CONCORD_LOCAL": str(folder), "CONCORD_PORT_BASE": str(base)}
        self.lines: list[str] = []
        self.killed: set[str] = set()
        # Made once, because each one reads all certificates; a process that was killed and started
        # again is asked over a new line.
        self._http = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))

    @contextmanager
    def played(self, cues: Mapping[str, Deed]) -> Iterator[None]:
        """The platform after the story has come to its end; it stops with the context."""
        with subprocess.Popen(
            [sys.executable, "-m", "infra.local", "story", "--keep"],
            cwd=ROOT,
            env=self._told,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                self._follow(process, dict(cues))
                yield
            finally:
                process.terminate()
                # What it says while it stops must not fill the pipe.
                self.lines.extend(process.stdout or ())
                self._http.close()
        assert process.returncode == 0, "".join(self.lines[-40:])

    def _follow(self, process: "subprocess.Popen[str]", cues: dict[str, Deed]) -> None:
        for line in process.stdout or ():
            self.lines.append(line)
            for cue in [cue for cue in cues if cue in line]:
                with _held(process.pid):
                    cues.pop(cue)(self)
            if UP in line:
                break
        said = "".join(self.lines[-60:])
        assert UP in said, f"the story did not come to its end:\n{said}"
        assert not cues, f"these moments never came: {sorted(cues)}\n{said}"

    def kill(self, name: str) -> None:
        """SIGKILL; the supervisor starts it again."""
        with interface(self.places) as calls:
            pid = calls.getProcessInfo(name)["pid"]
        os.kill(pid, signal.SIGKILL)
        self.killed.add(name)

    def kill_and_keep_down(self, name: str) -> None:
        """SIGKILL, and then the supervisor is told not to start it again."""
        self.kill(name)
        self.wait_for(lambda: self._stopped(name))

    def _stopped(self, name: str) -> bool:
        with interface(self.places) as calls:
            try:
                calls.stopProcess(name)
            except Fault:
                return False  # Between its end and its next start it cannot be stopped.
        return True

    def bring_back(self, name: str) -> None:
        with interface(self.places) as calls:
            calls.startProcess(name)

    def wait_until_well(self) -> None:
        """Every service answers that its loops run and that nothing is behind."""
        for name in discovered_services():
            self.wait_for(partial(self._well, name))
        self.wait_for(lambda: listens(self.ports[WORKER]))

    def wait_for(self, true: Callable[[], bool]) -> None:
        assert comes_true(true, seconds=READY_SECONDS), "it did not come to that"

    def is_down(self, name: str) -> bool:
        with interface(self.places) as calls:
            return bool(calls.getProcessInfo(name)["statename"] == "STOPPED")

    def _well(self, name: str) -> bool:
        try:
            answer = self._http.get(f"{service_url(self.ports, name)}/health", timeout=5)
        except httpx.TransportError:
            return False
        health = answer.json()
        waiting = [reader["behind"] for reader in health["readers"].values()]
        waiting.append(health["last_position"] - health["relayed_position"])
        return answer.status_code == httpx.codes.OK and not any(waiting)

    def ask(
        self,
        service: str,
        path: str,
        *,
        actor: Actor,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """What a program is answered."""
        return self._answer(service, path, actor, body=body, headers=headers).json()

    def read(self, service: str, path: str, *, actor: Actor) -> str:
        """What a person reads, without script."""
        answer = self._answer(service, path, actor, headers={"Accept-Language": "en"})
        assert answer.headers["content-type"].startswith("text/html"), f"{service}{path}"
        return answer.text

    def _answer(
        self,
        service: str,
        path: str,
        actor: Actor,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Asks once and patiently for ten seconds; anything but success is an error."""
        token = SignedTokens(secret_text(self.places.secrets, "signing").encode()).issue(actor)
        answer = self._http.request(
            "GET" if body is None else "POST",
            f"{service_url(self.ports, service)}{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}", **(headers or {})},
            timeout=10,
        )
        assert answer.is_success, f"{service}{path}: {answer.status_code} {answer.text[:300]}"
        return answer


def free_base() -> int:
    """A base from which every port of the story's table is free, below those the system gives."""
    for _ in range(100):
        base = random.randrange(12_000, 30_000, 100)
        if all(is_free(port) for port in port_table(discovered_services(), base + APART).values()):
            return base
    raise RuntimeError("no hundred free ports in a row")


@contextmanager
def _held(pid: int) -> Iterator[None]:
    """The player of the story stands still, so that the moment does not pass."""
    (player,) = filter(_plays, psutil.Process(pid).children())
    player.suspend()
    try:
        yield
    finally:
        player.resume()


def _plays(process: psutil.Process) -> bool:
    try:
        return tuple(process.cmdline()[2:4]) == PLAYER
    except psutil.Error:
        return False
