"""One program of the local platform: what to execute, and how to know that it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """`is_ready` may be asked at any time and never raises."""

    name: str
    command: tuple[str, ...]
    is_ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = field(default_factory=Path.cwd)
    stop_signal: str = "TERM"
    stops_within: int = 15
    # Programs with a lower number start earlier and stop later.
    order: int = 10
    # How often it may end and be started again before that counts as trouble at start.
    may_die_at_start: int = 0
    remedy: str = "read the log lines above"


def last_lines(log: Path, count: int = 20) -> str:
    """The end of a program's log, which mostly says why it ended."""
    if not log.exists():
        return f"({log.name} was never written)"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(f"  {log.stem} | {line}" for line in lines[-count:])
