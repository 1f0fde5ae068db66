"""A PostgreSQL and a Kafka of one's own, to be measured, killed and started again."""

import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra.local.jars import class_path
from infra.local.java import find_java
from infra.local.kafka import Broker, format_storage, kafka_program
from infra.local.places import places_here
from infra.local.ports import free_port
from infra.local.postgres import create_cluster, database_url, postgres_program
from infra.local.program import Program, last_lines
from tests.support.waiting import comes_true

PASSWORD = "tests-only"
READY_SECONDS = 90


class Server:
    """A program that can be killed and started again on the same port."""

    def __init__(self, program: Program, *, address: str, log: Path) -> None:
        self.address = address
        self._program = program
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as output:
            process = self._process = subprocess.Popen(
                self._program.command, stdout=output, stderr=subprocess.STDOUT
            )
        if not comes_true(
            self._program.is_ready,
            seconds=READY_SECONDS,
            worth_waiting=lambda: process.poll() is None,
        ):
            raise RuntimeError(f"{self._program.name} is not up:\n{last_lines(self._log)}")

    def stop(self, how: signal.Signals | None = None) -> None:
        """End as it wants to be ended, or by another signal."""
        if self._process is None:
            return
        self._process.send_signal(how or getattr(signal, f"SIG{self._program.stop_signal}"))
        self._process.wait(self._program.stops_within)
        self._process = None


@contextmanager
def postgres_of_own(folder: Path) -> Iterator[Server]:
    """Durable as in production: every commit waits for the disk."""
    data, port = folder / "data", free_port()
    create_cluster(data, password=PASSWORD)
    address = database_url(data, port=port, password=PASSWORD)
    with _running(postgres_program(data, port=port), address, folder) as server:
        yield server


@contextmanager
def kafka_of_own(folder: Path, extra: Mapping[str, str] | None = None) -> Iterator[Server]:
    """One broker without topics; `extra` are settings besides those of every broker of ours."""
    folder.mkdir(parents=True, exist_ok=True)
    broker = Broker(
        folder=folder,
        port=free_port(),
        controller_port=free_port(),
        java=find_java(),
        class_path=class_path(places_here().jars),
    )
    format_storage(broker, extra=extra)
    with _running(kafka_program(broker), broker.bootstrap_servers, folder) as server:
        yield server


@contextmanager
def _running(program: Program, address: str, folder: Path) -> Iterator[Server]:
    server = Server(program, address=address, log=folder / f"{program.name}.log")
    try:
        server.start()
        yield server
    finally:
        server.stop()
