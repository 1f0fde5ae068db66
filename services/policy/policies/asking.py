"""What a question about policies may say: the day it is about, and the moment of knowing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import AwareDatetime

from events.edge.asking import TheClock
from events.sourcing.clock import legal_day
from events.sourcing.types import Refused


@dataclass(frozen=True, slots=True)
class Moments:
    valid_at: date
    known_at: datetime


async def moments(
    clock: TheClock,
    valid_at: Annotated[date | None, Query()] = None,
    known_at: Annotated[AwareDatetime | None, Query()] = None,
) -> Moments:
    """Today and now, where nothing else is asked."""
    return moments_of(clock(), valid_at, known_at)


def moments_of(now: datetime, valid_at: date | None, known_at: datetime | None) -> Moments:
    """Refused where the moment of knowing is yet to come: more may be recorded until then."""
    if known_at is not None and known_at > now:
        raise Refused("known-at-in-the-future", now=now.isoformat())
    return Moments(valid_at or legal_day(now), known_at or now)


AskedMoments = Annotated[Moments, Depends(moments)]
