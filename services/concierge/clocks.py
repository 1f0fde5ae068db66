"""Both clocks of a ticket as a reader sees them now: running, close, kept or broken."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from services.concierge.commands import ClockName

CLOSE_SHARE = 0.8
"""From this share of its time on, a promise is in danger."""

ClockState: TypeAlias = Literal[
    "running", "close", "met", "breached", "awaiting_calendar", "ended_without_due"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFace:
    """`remaining_seconds` is elapsed time and negative once late; `used_share` stops at 1.

    Without announced workdays there is no due moment: the clock says `awaiting_calendar`, and
    `ended_without_due` where the request was solved before they were announced.
    """

    kind: ClockName
    state: ClockState
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    remaining_seconds: int | None
    used_share: float | None


def face(
    kind: ClockName,
    *,
    started_at: datetime,
    due_at: datetime | None,
    met_at: datetime | None,
    breached: bool,
    now: datetime,
) -> ClockFace:
    """One clock at `now`. A promise met at its due moment is kept, a recorded breach stays one."""
    if due_at is None:
        return _without_due(kind, started_at, met_at)
    read_at = now if met_at is None else met_at
    used = (read_at - started_at) / (due_at - started_at)
    return ClockFace(
        kind=kind,
        state="breached" if breached or read_at > due_at else _in_time(used, met_at),
        started_at=started_at,
        due_at=due_at,
        met_at=met_at,
        remaining_seconds=int((due_at - read_at).total_seconds()),
        used_share=round(min(max(used, 0.0), 1.0), 4),
    )


def _without_due(kind: ClockName, started_at: datetime, met_at: datetime | None) -> ClockFace:
    return ClockFace(
        kind=kind,
        state="awaiting_calendar" if met_at is None else "ended_without_due",
        started_at=started_at,
        due_at=None,
        met_at=met_at,
        remaining_seconds=None,
        used_share=None,
    )


def _in_time(used: float, met_at: datetime | None) -> ClockState:
    if met_at is not None:
        return "met"
    return "close" if used >= CLOSE_SHARE else "running"
