"""The time, handed in: real, shifted alike for every process, or moved by hand."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

Clock: TypeAlias = Callable[[], datetime]

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")
"""Legal days begin and end here."""


def moment_of(text: str) -> datetime:
    """A moment as ISO 8601 writes it; raises `ValueError` where it is none, or has no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment


def real_clock() -> datetime:
    """The moment it is, in UTC."""
    return datetime.now(UTC)


def shifted_clock(start: datetime, *, since: datetime) -> Clock:
    """A clock that showed `start` at the real moment `since` and runs on from there."""
    shift: timedelta = start - since

    def now() -> datetime:
        return real_clock() + shift

    return now


class SimulatedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Move on by a length of time."""
        self.moment += by


def elapsed() -> float:
    """Seconds by the clock of the loop that whoever waits here runs on; it never runs back."""
    return asyncio.get_running_loop().time()


def legal_day(moment: datetime) -> date:
    """The day a moment belongs to in law."""
    return moment.astimezone(LEGAL_ZONE).date()
