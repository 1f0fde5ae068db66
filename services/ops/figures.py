"""The few numbers an operator looks at first."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.ops.answers import Answer
from services.ops.pulse import minute_of
from services.ops.rounds import Standing


def standing_answer(standing: Standing, kept: Mapping[str, int]) -> Answer:
    """How a service stands, and how many of its spans are kept."""
    return {**asdict(standing), "spans": kept.get(standing.service, 0)}


def figures(minutes: Sequence[Answer], standings: Sequence[Standing], *, now: datetime) -> Answer:
    """The last full minute, and what is parked anywhere; `None` where nobody knows."""
    full = [minute for minute in minutes if minute["minute"] < minute_of(now)]
    last = full[0] if full else None
    parked = [one.parked for one in standings if one.parked is not None]
    return {
        "events_per_minute": sum(last["counts"].values()) if last else None,
        "visible_p50_ms": last["p50_ms"] if last else None,
        "visible_p95_ms": last["p95_ms"] if last else None,
        "parked": sum(parked) if parked else None,
    }


def newest_answer(matter: Row[Any]) -> Answer:
    """A matter by its first event, and the services it went through in that order."""
    return {
        "correlation_id": matter.correlation_id,
        "first_event": matter.names[0],
        "began_at": matter.began_at,
        "events": matter.events,
        "services": list(dict.fromkeys(matter.services)),
    }
