"""Which streams this service's readers hold back, told to operators; never what the events say."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Row, func, select

from events.edge.identity import CurrentActor, require
from events.edge.plain import PlainJson
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import parked

MOST = 500

router = APIRouter(tags=["operations"])


class HeldStream(BaseModel):
    """A stream that a reader holds back, by its first parked event."""

    model_config = ConfigDict(extra="allow")

    reader: str
    topic: str
    stream: str
    version: int
    kind: str
    reason: str
    parked_at: datetime
    waiting: int


class HeldStreams(BaseModel):
    parked: list[HeldStream]
    stale: bool


@router.get("/parked-events", response_model=HeldStreams)
async def parked_events(actor: CurrentActor, request: Request) -> Response:
    """Each held stream by its first parked event; `waiting` later ones stand behind it."""
    require(actor, "ops", "system")
    kernel: Kernel = request.app.state.kernel
    stream = [parked.c.reader, parked.c.topic, parked.c.stream]
    numbered = select(
        parked,
        func.row_number().over(partition_by=stream, order_by=parked.c.version).label("number"),
        (func.count().over(partition_by=stream) - 1).label("waiting"),
    ).subquery()
    query = (
        select(numbered)
        .where(numbered.c.number == 1)
        .order_by(numbered.c.reader, numbered.c.topic, numbered.c.stream)
        .limit(MOST)
    )
    async with kernel.reading.connect() as connection:
        rows = (await connection.execute(query)).all()
    return PlainJson({"parked": [_held(row) for row in rows], "stale": False})


def _held(row: Row[Any]) -> dict[str, Any]:
    return {
        "reader": row.reader,
        "topic": row.topic,
        "stream": row.stream,
        "version": row.version,
        "kind": row.class_,
        "reason": row.reason,
        "parked_at": row.parked_at,
        "waiting": row.waiting,
    }
