"""Folders for what a test run throws away: in memory where there is plenty, else on the disk.

A new database is three hundred files, and each test makes its own: a disk takes longer over them
than PostgreSQL does. What must survive a crash is tested on servers of its own, on the disk.
"""

import shutil
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")  # noqa: S108 - named for the process that it belongs to
PLENTY = 8 << 30
"""Bytes; a whole run leaves less than half of it behind."""
NAME = "concord-tests"


def fleeting_folder(owner: int, otherwise: Path) -> Path:
    """The same for all who ask for this process; what dead processes left in memory is removed."""
    own = MEMORY / _name(owner)
    if own.exists():
        return own
    for left in MEMORY.glob(f"{NAME}-*"):
        if left.name != _name(int(left.name.split("-")[2])):
            shutil.rmtree(left, ignore_errors=True)
    return own if _is_plenty() else otherwise


def _is_plenty() -> bool:
    if not MEMORY.is_dir():
        return False
    free = min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available)
    return free > PLENTY


def _name(pid: int) -> str:
    """With the moment of its birth, because a process id comes round again."""
    try:
        return f"{NAME}-{pid}-{psutil.Process(pid).create_time():.2f}"
    except psutil.NoSuchProcess:
        return NAME
