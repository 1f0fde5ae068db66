"""Tells a reader at once which tickets moved; each message carries its position, to resume from."""

from collections.abc import AsyncGenerator, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import RowMapping
from sse_starlette import EventSourceResponse, ServerSentEvent

from events.edge.identity import CurrentActor
from events.edge.live import EventStream, LastSeen, Told, messages, stream
from events.edge.words import Printable
from events.sourcing.kernel import Kernel
from services.concierge.access import only_of
from services.concierge.projection import TICKET
from services.concierge.rows import read_changes

router = APIRouter(tags=["live"])


@router.get("/live", response_class=EventStream)
async def live(
    actor: CurrentActor,
    request: Request,
    ticket_id: Annotated[Printable | None, Query(max_length=64)] = None,
    last_event_id: LastSeen = None,
) -> EventSourceResponse:
    """Which tickets moved and how; read them again with `?after=<id>`.

    Staff hear of every ticket, a talent of their own. Without `Last-Event-ID`, from now on.
    """
    kernel: Kernel = request.app.state.kernel
    moved = changes(kernel, behind=last_event_id, talent_id=only_of(actor), ticket_id=ticket_id)
    return stream(moved)


def changes(
    kernel: Kernel, *, behind: int | None, talent_id: str | None, ticket_id: str | None
) -> AsyncGenerator[ServerSentEvent, None]:
    """What happens to one talent's tickets, or to one ticket, where named."""

    async def read(position: int, limit: int) -> Sequence[Told]:
        rows = await read_changes(
            kernel.reading, behind=position, talent_id=talent_id, ticket_id=ticket_id, limit=limit
        )
        return [_told(row) for row in rows]

    return messages(kernel, TICKET.name, read, behind=behind)


def _told(row: RowMapping) -> Told:
    moved = {"ticket_id": row["ticket_id"], "code": row["code"], "version": row["version"]}
    return Told(position=row["position"], said=moved)
