"""How much memory the platform holds, each shared page counted once where the system tells."""

import psutil

MEGABYTE = 1024 * 1024


def resident_megabytes(root_pid: int) -> int:
    root = psutil.Process(root_pid)
    processes = [root, *root.children(recursive=True)]
    return sum(_resident(process) for process in processes) // MEGABYTE


def _resident(process: psutil.Process) -> int:
    """The proportional set size, else the resident one; nothing for a process that just ended."""
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", full.rss))
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
