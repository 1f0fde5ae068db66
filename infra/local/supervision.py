"""Supervisor, which starts our programs, restarts what dies, keeps logs and stops them all."""

import configparser
import hashlib
import os
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from supervisor.xmlrpc import SupervisorTransport

from infra.local.leash import end_with_parent
from infra.local.places import ROOT, Places
from infra.local.problem import Problem
from infra.local.program import Program, last_lines

# The longest path a Unix socket may have, less what Supervisor appends while it binds.
LONGEST_SOCKET_PATH = 90

LOOK_AGAIN = 0.1

ERRORS = "supervisord.err"


def socket_path(places: Places) -> Path:
    """In the data folder where that is short enough, else in a folder of ours for short names."""
    own = places.local / "supervisor.sock"
    if len(os.fsencode(own)) <= LONGEST_SOCKET_PATH:
        return own
    digest = hashlib.sha256(os.fsencode(places.local)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"concord-{os.getuid()}-{digest}.sock"


def write_configuration(places: Places, programs: Iterable[Program]) -> Path:
    settings = configparser.RawConfigParser()
    settings["unix_http_server"] = {"file": _escaped(socket_path(places)), "chmod": "0600"}
    settings["supervisord"] = _supervisord(places)
    settings["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
    }
    for program in programs:
        settings[f"program:{program.name}"] = _program(places, program)
    file = places.local / "supervisord.conf"
    with file.open("w", encoding="utf-8") as output:
        settings.write(output)
    return file


def _supervisord(places: Places) -> dict[str, str]:
    own = {
        "nodaemon": "true",
        "silent": "true",
        "logfile": _escaped(places.logs / "supervisord.log"),
        "logfile_maxbytes": "5MB",
        "logfile_backups": "1",
        "pidfile": _escaped(places.local / "supervisord.pid"),
        "childlogdir": _escaped(places.logs),
    }
    # Said aloud, because Supervisor warns a root that did not say so.
    return own | ({"user": "root"} if os.geteuid() == 0 else {})


def _program(places: Places, program: Program) -> dict[str, str]:
    return {
        "command": " ".join(_quoted(word) for word in program.command),
        "directory": _escaped(program.folder),
        "environment": ",".join(
            f"{name}={_quoted(value)}" for name, value in program.environment.items()
        ),
        "priority": str(program.order),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": "1",
        "startretries": "30",
        "stopsignal": program.stop_signal,
        "stopwaitsecs": str(program.stops_within),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": _escaped(log_of(places, program.name)),
        "stdout_logfile_maxbytes": "5MB",
        "stdout_logfile_backups": "2",
    }


def _escaped(text: object) -> str:
    return str(text).replace("%", "%%")


def _quoted(word: str) -> str:
    inner = _escaped(word).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'


def log_of(places: Places, name: str) -> Path:
    return places.logs / f"{name}.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """A running supervisord."""

    places: Places
    daemon: subprocess.Popen[bytes]

    def start(self, programs: Iterable[Program]) -> None:
        with interface(self.places) as calls:
            for program in programs:
                calls.startProcess(program.name, False)  # noqa: FBT003 - positional

    def wait_until_ready(
        self, programs: Iterable[Program], *, seconds: float, ready: Callable[[Program], None]
    ) -> None:
        """Return when all answer; name the one that ended or stayed silent, with its last lines."""
        deadline = time.monotonic() + seconds
        waiting = list(programs)
        starts: dict[str, set[int]] = {program.name: set() for program in waiting}
        while waiting:
            for program in [one for one in waiting if one.is_ready()]:
                waiting.remove(program)
                ready(program)
            standing = self._standing() if waiting else {}
            for program in waiting:
                late = time.monotonic() > deadline
                self._look_for_trouble(program, standing[program.name], starts, late=late)
            time.sleep(LOOK_AGAIN)

    def _standing(self) -> Mapping[str, Mapping[str, Any]]:
        """All in one call: each takes time of the processor that whoever starts is in want of."""
        with interface(self.places) as calls:
            return {info["name"]: info for info in calls.getAllProcessInfo()}

    def _look_for_trouble(
        self,
        program: Program,
        info: Mapping[str, Any],
        starts: dict[str, set[int]],
        *,
        late: bool,
    ) -> None:
        # Supervisor starts again what ended, so an end shows as a second moment of starting.
        starts[program.name].add(info["start"])
        died = len(starts[program.name]) - 1 > program.may_die_at_start
        if died or late or info["statename"] == "FATAL":
            what = "ended at start" if died else f"does not answer ({info['statename'].lower()})"
            raise Problem(
                f"{program.name} {what}",
                remedy=program.remedy,
                details=last_lines(log_of(self.places, program.name)),
            )

    def stop_everything(self, together: Iterable[Program]) -> None:
        """Those named stop at the same time, then the rest against the order of the start."""
        if self.daemon.poll() is None:
            self._ask_to_stop({program.name for program in together})
            self.daemon.terminate()
        try:
            self.daemon.wait(timeout=90)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()

    def _ask_to_stop(self, names: set[str]) -> None:
        # Supervisor alone would stop one program after the other, a second each.
        with interface(self.places) as calls:
            for info in calls.getAllProcessInfo():
                if info["name"] in names and info["statename"] in {"STARTING", "RUNNING"}:
                    calls.stopProcess(info["name"], False)  # noqa: FBT003 - positional


@contextmanager
def interface(places: Places) -> Iterator[Any]:
    """Supervisor's own calls, over the Unix socket that only we may use."""
    transport = SupervisorTransport(None, None, f"unix://{socket_path(places)}")
    try:
        proxy = xmlrpc.client.ServerProxy(
            "http://127.0.0.1", transport=cast("xmlrpc.client.Transport", transport)
        )
        yield proxy.supervisor
    finally:
        transport.close()


def start_supervision(
    places: Places, programs: Iterable[Program], *, environment: Mapping[str, str], lock: int
) -> Supervision:
    """Start supervisord with nothing running yet; it holds the folder's lock while it lives."""
    places.logs.mkdir(parents=True, exist_ok=True)
    configuration = write_configuration(places, programs)
    socket_path(places).unlink(missing_ok=True)
    with (places.logs / ERRORS).open("wb") as errors:
        daemon = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "-c", configuration],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            # Ctrl-C is for us: we then stop the programs in their order.
            start_new_session=True,
            # If we are killed ourselves, nothing of ours is left behind.
            preexec_fn=end_with_parent,  # noqa: PLW1509 - this process has no threads
            pass_fds=(lock,),
        )
    supervision = Supervision(places=places, daemon=daemon)
    _wait_for_socket(supervision)
    return supervision


def _wait_for_socket(supervision: Supervision) -> None:
    while not socket_path(supervision.places).exists():
        if supervision.daemon.poll() is not None:
            raise Problem(
                "supervisord ended at start",
                remedy="see the lines above; .local/supervisord.conf is what it read",
                details=last_lines(supervision.places.logs / ERRORS),
            )
        time.sleep(LOOK_AGAIN)
