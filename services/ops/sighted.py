"""What the stream worker asks: how far the journey has come, and when events became visible."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from events.edge.service import SIGHTINGS
from events.edge.words import Line
from events.sourcing.kernel import Kernel
from services.ops import queries
from services.ops.api import Operator

MOST = 10_000

router = APIRouter(tags=["operations"])


class AskedIn(BaseModel):
    """Ids of events that wait to be counted."""

    event_ids: Annotated[list[Line], Field(max_length=MOST)]


class ReachedOut(BaseModel):
    topic: str
    partition: int
    next_offset: int


class SightOut(BaseModel):
    """What stands before `next_offset` is applied, or parked; a moment may come a little later."""

    reached: list[ReachedOut]
    moments: dict[str, datetime]


@router.post(SIGHTINGS)
async def sightings(asked: AskedIn, _: Operator, request: Request) -> SightOut:
    """The journey's place in every partition, and the moments that were noted of these events."""
    kernel: Kernel = request.app.state.kernel
    async with kernel.reading.connect() as connection:
        # In this order: of what was passed, the moment may be known by the second question.
        reached = await queries.journey_reached(connection)
        moments = await queries.moments_of(connection, asked.event_ids)
    return SightOut(reached=[ReachedOut(**row._mapping) for row in reached], moments=moments)
