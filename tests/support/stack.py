"""A real PostgreSQL and a real Kafka for the integration tests, each started when first asked for.

They are shared by all workers of one test run, listen on free ports, and stop when the run is over
or killed; a running `make run` is neither used nor disturbed.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.places import ROOT
from tests.support.fleeting import fleeting_folder


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server as DATABASE_URL wants it; make your own databases there."""
    with pytest.MonkeyPatch.context() as patch:
        # It has no certificate to offer, as in `make run`; whoever connects need not ask for one.
        patch.setenv("PGSSLMODE", "disable")
        yield address("postgres", shared_folder(tmp_path_factory), run_owner())


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> str:
    """KAFKA_BOOTSTRAP_SERVERS of a broker without topics; make your own."""
    return address("kafka", shared_folder(tmp_path_factory), run_owner())


def run_owner() -> int:
    """The process whose end is the end of the test run."""
    return os.getppid() if _is_worker() else os.getpid()


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    own = factory.getbasetemp()
    return fleeting_folder(run_owner(), (own.parent if _is_worker() else own) / "stack")


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def address(kind: str, folder: Path, owner: int) -> str:
    """Where the program answers; the first to ask starts it, the others wait for that answer."""
    folder.mkdir(parents=True, exist_ok=True)
    known = folder / f"{kind}.address"
    with (folder / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            known.write_text(_start(kind, folder / kind, owner), encoding="utf-8")
        return known.read_text(encoding="utf-8")


def _start(kind: str, folder: Path, owner: int) -> str:
    started = subprocess.run(
        [sys.executable, "-m", "infra.local", "keep", kind, str(folder), str(owner)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if started.returncode != 0:
        pytest.fail(f"{kind} did not start:\n{started.stdout}{started.stderr}", pytrace=False)
    return started.stdout.strip()
