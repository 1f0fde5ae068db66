"""Tells a reader at once whose list changed; each message carries its position, to resume from."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Request
from sqlalchemy import ColumnElement, Row, Table, select
from sse_starlette import EventSourceResponse, ServerSentEvent

from events.edge.identity import Actor, CurrentActor, require
from events.sourcing.kernel import Kernel
from events.sourcing.reader import JournalReader
from services.matching.match.projection import proposal_table, shortlist_table

router = APIRouter(tags=["live"])

LOOK_SECONDS = 15.0


@router.get("/live")
async def live(
    actor: CurrentActor, request: Request, last_event_id: Annotated[int | None, Header()] = None
) -> EventSourceResponse:
    """A talent hears that their own list changed, staff which demands' lists did.

    Read the list again with `?after=<id>`. Without `Last-Event-ID`, from now on.
    """
    changed = changes(request.app.state.kernel, actor, behind=last_event_id)
    return EventSourceResponse(changed, ping=15, send_timeout=30)


def changes(
    kernel: Kernel, actor: Actor, *, behind: int | None
) -> AsyncGenerator[ServerSentEvent, None]:
    """What this actor may hear of."""
    if actor.may("talent") and actor.talent_id is not None:
        own = proposal_table.c.talent_id == actor.talent_id
        return _changes(kernel, proposal_table, own, behind)
    require(actor, "matchmaker", "clerk", "system")
    return _changes(kernel, shortlist_table, shortlist_table.c.demand_id.is_not(None), behind)


async def _changes(
    kernel: Kernel, table: Table, mine: ColumnElement[bool], behind: int | None
) -> AsyncGenerator[ServerSentEvent, None]:
    """Every list changed behind a position, then each as it is projected."""
    reader = kernel.readers[table.name]
    if not isinstance(reader, JournalReader):
        raise TypeError(f"{table.name} does not read the journal")
    position = reader.position if behind is None else behind
    while True:
        reached = reader.position
        async with kernel.engine.connect() as connection:
            newer = select(table).where(mine, table.c.position > position)
            rows = (await connection.execute(newer.order_by(table.c.position))).all()
        for row in rows:
            yield _message(table, row)
        position = max(position, reached, *(row.position for row in rows))
        await _news(reader, position)


async def _news(reader: JournalReader, position: int) -> None:
    await reader.progress.until(lambda: reader.position > position, timeout=LOOK_SECONDS)


def _message(table: Table, row: Row[Any]) -> ServerSentEvent:
    (key,) = table.primary_key.columns
    changed = {key.name: getattr(row, key.name)}
    return ServerSentEvent(
        event=table.name, id=str(row.position), data=msgspec.json.encode(changed).decode()
    )
