"""What must be true before anything is started; each failure is named with its remedy."""

import fcntl
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra.local.places import DATA_FORMAT, ROOT, VENV, Places
from infra.local.ports import discovered_services, port_base, port_table, require_free
from infra.local.problem import Problem

MEGABYTE = 1000 * 1000
# Measured: 1.1 GB of wheels with what they unpack to, and room for the copies that pip keeps.
PACKAGES = 2000 * MEGABYTE
# 0.1 GB of jars, and room for the record.
DATA = 1000 * MEGABYTE
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


def check_disk(places: Places, clone: Path = ROOT) -> None:
    """The packages go beside the clone, the data where CONCORD_LOCAL says: perhaps two disks."""
    needs = [
        (clone, 0 if any((clone / VENV).glob(".installed-*")) else PACKAGES),
        (places.local, LATER if places.version.exists() else DATA),
    ]
    disks: dict[int, tuple[Path, int]] = {}
    for folder, needed in needs:
        existing = next(each for each in (folder, *folder.parents) if each.exists())
        first, before = disks.get(_disk(existing), (existing, 0))
        disks[_disk(existing)] = (first, before + needed)
    for first, needed in disks.values():
        _check_room(first, needed)


def _disk(folder: Path) -> int:
    return folder.stat().st_dev


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Problem(
            f"the disk that holds {folder} is nearly full: {free // MEGABYTE} MB free, "
            f"{needed // MEGABYTE} MB needed",
            remedy="free some space there, or use another disk: clone to it, or set CONCORD_LOCAL "
            "to a folder on it for the data",
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
