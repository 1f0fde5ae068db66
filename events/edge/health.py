"""The shape in which a service says how it stands."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel


class StandingOut(BaseModel):
    """`stands-still` waits for an operator, and says why and what can be done."""

    status: Literal["ok", "stands-still"]
    reason: str | None = None
    remedy: str | None = None


class ReaderOut(StandingOut):
    """How many events a reader is behind, if that is known, and how often it began again."""

    behind: int | None
    retries: int
    running: bool
    note: str | None = None


class DutyOut(BaseModel):
    """Whether this process does what one process of the service does at a time."""

    status: Literal["active", "standing-by"]


class RecordOut(BaseModel):
    """Whether the record still holds what was signed, and up to where."""

    state: Literal["whole", "altered", "unsigned"]
    trouble: str | None = None
    position: int | None = None
    signed_at: datetime | None = None
    age_seconds: float | None = None
    rounds: int | None = None


class HealthOut(BaseModel):
    """`failing` without its database or a loop; then it may say nothing but that."""

    status: Literal["ok", "degraded", "failing"]
    database: str | None = None
    service: str | None = None
    last_position: int | None = None
    relayed_position: int | None = None
    oldest_unsent_seconds: float | None = None
    appends_waiting: int | None = None
    relay: StandingOut | None = None
    duties: dict[str, DutyOut] | None = None
    readers: dict[str, ReaderOut] | None = None
    record: RecordOut | None = None
