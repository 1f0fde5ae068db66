"""Tells a reader at once which tickets moved; each message carries its position, to resume from."""

from collections.abc import AsyncGenerator
from typing import Annotated, cast

import msgspec
from fastapi import APIRouter, Header, Query, Request
from sqlalchemy import RowMapping
from sse_starlette import EventSourceResponse, ServerSentEvent

from events.edge.identity import CurrentActor
from events.sourcing.kernel import Kernel
from events.sourcing.reader import JournalReader
from services.concierge.access import only_of
from services.concierge.rows import read_changes

router = APIRouter(tags=["live"])

BATCH = 200
LOOK_SECONDS = 15.0


@router.get("/live")
async def live(
    actor: CurrentActor,
    request: Request,
    ticket_id: Annotated[str | None, Query(max_length=64)] = None,
    last_event_id: Annotated[int | None, Header()] = None,
) -> EventSourceResponse:
    """Which tickets moved and how; read them again with `?after=<id>`.

    Staff hear of every ticket, a talent of their own. Without `Last-Event-ID`, from now on.
    """
    moved = changes(
        request.app.state.kernel,
        behind=last_event_id,
        talent_id=only_of(actor),
        ticket_id=ticket_id,
    )
    return EventSourceResponse(moved, ping=15, send_timeout=30)


async def changes(
    kernel: Kernel, *, behind: int | None, talent_id: str | None, ticket_id: str | None
) -> AsyncGenerator[ServerSentEvent, None]:
    """Every change behind a position, then each as it is projected; none is skipped or kept."""
    reader = cast("JournalReader", kernel.readers["ticket"])
    position = reader.position if behind is None else behind
    while True:
        reached = reader.position
        rows = await read_changes(
            kernel.engine, behind=position, talent_id=talent_id, ticket_id=ticket_id, limit=BATCH
        )
        for row in rows:
            yield _message(row)
        if len(rows) == BATCH:
            position = rows[-1]["position"]
        else:
            position = max(position, reached, *(row["position"] for row in rows))
            await _news(reader, position)


async def _news(reader: JournalReader, position: int) -> None:
    await reader.progress.until(lambda: reader.position > position, timeout=LOOK_SECONDS)


def _message(row: RowMapping) -> ServerSentEvent:
    moved = {"ticket_id": row["ticket_id"], "code": row["code"], "version": row["version"]}
    return ServerSentEvent(
        event="ticket", id=str(row["position"]), data=msgspec.json.encode(moved).decode()
    )
