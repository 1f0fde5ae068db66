"""Runs one PostgreSQL or one Kafka for as long as another process lives, for the tests."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import psutil

from infra.local.jars import class_path
from infra.local.java import find_java
from infra.local.kafka import Broker, format_storage, kafka_program
from infra.local.places import places_here
from infra.local.ports import free_port
from infra.local.postgres import FORGETFUL, create_cluster, database_url, postgres_program
from infra.local.problem import Problem
from infra.local.program import Program, last_lines

PASSWORD = "tests-only"  # noqa: S105 - the data is thrown away with the folder

LOOK_AGAIN = 0.2

# Roles come and go with every test, and all have the one password that everybody may know. Their
# databases are small and soon forgotten, so that looking each over every minute tidies nothing up.
HASTY = {"scram_iterations": "1", "autovacuum": "off"}

# Who waits until something was compacted away is not kept waiting for the next look, every 15 s.
COMPACTING = {"log.cleaner.backoff.ms": "1000"}


def keep(kind: str, folder: Path, owner: int) -> None:
    """Start, print the address when it answers, and leave a keeper that stops it after the owner.

    The folder is deleted in the end, unless the program never answered: then its log stays.
    """
    answered, tell = os.pipe()
    if os.fork():
        os.close(tell)
        _relay_address(answered)
        return
    os.close(answered)
    os.setsid()
    _keep(kind, folder, owner, tell)
    os._exit(0)


def _relay_address(answered: int) -> None:
    with os.fdopen(answered, encoding="utf-8") as pipe:
        said = pipe.read()
    kind, _, text = said.partition(" ")
    if kind != "address":
        raise Problem("the program never answered", remedy="see its last lines", details=text)
    print(text, flush=True)


def _keep(kind: str, folder: Path, owner: int, tell: int) -> None:
    stop = _stop_on_signals()
    folder.mkdir(parents=True, exist_ok=True)
    _let_go_of_the_terminal()
    try:
        program, address = PROGRAMS[kind](folder)
        with _running(program, folder / "log") as process:
            _wait_until_ready(program, process, folder / "log")
            _say(tell, f"address {address}")
            while psutil.pid_exists(owner) and process.poll() is None and not stop.wait(LOOK_AGAIN):
                pass
    except Problem as problem:
        _say(tell, f"problem {problem}")
        return
    shutil.rmtree(folder, ignore_errors=True)


def _say(tell: int, text: str) -> None:
    with os.fdopen(tell, "w", encoding="utf-8") as pipe:
        pipe.write(text)


def _let_go_of_the_terminal() -> None:
    # Whoever reads our output waits for its end, which must not wait for ours.
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)


def _postgres(folder: Path) -> tuple[Program, str]:
    port = free_port()
    create_cluster(folder / "data", password=PASSWORD)
    program = postgres_program(folder / "data", port=port, extra={**FORGETFUL, **HASTY})
    return program, database_url(folder / "data", port=port, password=PASSWORD)


def _kafka(folder: Path) -> tuple[Program, str]:
    broker = Broker(
        folder=folder,
        port=free_port(),
        controller_port=free_port(),
        java=find_java(),
        class_path=class_path(places_here().jars),
    )
    format_storage(broker, extra=COMPACTING)
    return kafka_program(broker), broker.bootstrap_servers


PROGRAMS = {"postgres": _postgres, "kafka": _kafka}


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def note(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, note)
    return stop


@contextmanager
def _running(program: Program, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(program.command, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.send_signal(getattr(signal, f"SIG{program.stop_signal}"))
        try:
            process.wait(program.stops_within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(program: Program, process: subprocess.Popen[bytes], log: Path) -> None:
    while not program.is_ready():
        if process.poll() is not None:
            raise Problem(
                f"{program.name} ended at start", remedy=program.remedy, details=last_lines(log)
            )
        time.sleep(LOOK_AGAIN)
