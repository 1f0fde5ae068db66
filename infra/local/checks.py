"""What must be true before anything is started; each failure is named with its remedy."""

import fcntl
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra.local.places import DATA_FORMAT, Places
from infra.local.ports import discovered_services, port_base, port_table, require_free
from infra.local.problem import Problem

MEGABYTE = 1024 * 1024
# Measured: 1.1 GB of wheels with what they unpack to, 0.1 GB of jars, and room for the record.
FIRST_SET_UP = 3000 * MEGABYTE
LATER = 500 * MEGABYTE


def check_data_format(places: Places) -> None:
    if not places.version.exists():
        return
    found = places.version.read_text(encoding="utf-8").strip()
    if found != DATA_FORMAT:
        raise Problem(
            f"{places.local} was written in format {found}; this version reads {DATA_FORMAT}",
            remedy="`make reset` deletes the local data; or go back to the version that wrote it",
        )


def check_disk(places: Places) -> None:
    needed = LATER if places.version.exists() else FIRST_SET_UP
    existing = next(folder for folder in (places.local, *places.local.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise Problem(
            f"the disk is nearly full: {free // MEGABYTE} MB free, {needed // MEGABYTE} MB needed",
            remedy=f"free some space on the disk that holds {existing}, or set CONCORD_LOCAL to a "
            "folder on another disk",
        )


def check_before_start(places: Places, environment: Mapping[str, str]) -> None:
    """Nothing of this clone runs already, and every port we are going to open is free."""
    with sole_run(places):
        require_free(needed_ports(environment))


def needed_ports(environment: Mapping[str, str]) -> dict[str, int]:
    """Infrastructure that is set from outside takes no port of ours."""
    table = port_table(discovered_services(), port_base())
    if environment.get("DATABASE_URL"):
        del table["postgres"]
    if environment.get("KAFKA_BOOTSTRAP_SERVERS"):
        del table["kafka"], table["kafka-controller"]
    return table


@contextmanager
def sole_run(places: Places) -> Iterator[int]:
    """Hold this data folder; whoever inherits the yielded file descriptor holds it too."""
    places.local.mkdir(parents=True, exist_ok=True)
    with places.lock.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _already_running(places.lock) from error
        yield lock.fileno()


def forget(places: Places) -> None:
    """Empty a folder that the caller holds; the lock stays, or another could take a new one."""
    for entry in places.local.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry != places.lock:
            entry.unlink()


def note_holder(places: Places, pid: int) -> None:
    places.lock.write_text(f"{pid}\n", encoding="ascii")


def _already_running(lock: Path) -> Problem:
    pid = lock.read_text(encoding="ascii").strip() or "?"
    return Problem(
        f"the platform of this folder is running (process {pid})",
        remedy=f"stop it with Ctrl-C in its terminal, or: kill {pid}",
    )
