"""Tells a reader at once whose list changed; each message carries its position, to resume from."""

from collections.abc import AsyncGenerator, Sequence

from fastapi import APIRouter, Request
from sqlalchemy import Table
from sse_starlette import EventSourceResponse, ServerSentEvent

from events.edge.identity import Actor, CurrentActor, require
from events.edge.live import EventStream, LastSeen, Told, messages, stream
from events.sourcing.kernel import Kernel
from services.matching.match.projection import proposal_table, shortlist_table
from services.matching.match.rows import read_changes

router = APIRouter(tags=["live"])


@router.get("/live", response_class=EventStream)
async def live(
    actor: CurrentActor, request: Request, last_event_id: LastSeen = None
) -> EventSourceResponse:
    """A talent hears that their own list changed, staff which demands' lists did.

    Read the list again with `?after=<id>`. Without `Last-Event-ID`, from now on.
    """
    return stream(changes(request.app.state.kernel, actor, behind=last_event_id))


def changes(
    kernel: Kernel, actor: Actor, *, behind: int | None
) -> AsyncGenerator[ServerSentEvent, None]:
    """What this actor may hear of."""
    if actor.may("talent") and actor.talent_id is not None:
        return _changes(kernel, proposal_table, actor.talent_id, behind)
    require(actor, "matchmaker", "clerk", "system")
    return _changes(kernel, shortlist_table, None, behind)


def _changes(
    kernel: Kernel, table: Table, only: str | None, behind: int | None
) -> AsyncGenerator[ServerSentEvent, None]:
    (key,) = table.primary_key.columns

    async def read(position: int, limit: int) -> Sequence[Told]:
        rows = await read_changes(kernel.reading, key, only=only, behind=position, limit=limit)
        return [Told(position=place, said={key.name: whose}) for whose, place in rows]

    return messages(kernel, table.name, read, behind=behind)
