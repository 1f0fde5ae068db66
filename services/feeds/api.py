"""How an agency reads: a page of events behind its cursor, and what events there are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Row

from events.edge.identity import CurrentActor, require
from events.edge.words import Line
from services.feeds.cloudevents import BATCH_MEDIA_TYPE, cloudevent
from services.feeds.rows import Wanted, read_listed

READERS = ("agency", "clerk", "ops", "system")
ASYNCAPI = Path(__file__).parents[2] / "contracts/asyncapi.yaml"

router = APIRouter(tags=["events"])


async def wanted(
    after: Annotated[
        int, Query(ge=0, lt=10**18, description="the cursor of the last event you have")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    types: Annotated[list[Line] | None, Query(description="only these event types")] = None,
) -> Wanted:
    """Which events are asked for."""
    return Wanted(after=after, limit=limit, types=types or [])


@router.get(
    "/events",
    response_class=Response,
    responses={200: {"content": {BATCH_MEDIA_TYPE: {}}}},
)
async def events(
    asked: Annotated[Wanted, Depends(wanted)], request: Request, actor: CurrentActor
) -> Response:
    """The next public events in the order of the feed, which never changes.

    `Next-Cursor` is where to go on, also when the page is empty; `Link: rel="next"` says the same
    as an address. An event's own `sequence` is its cursor.
    """
    require(actor, *READERS)
    return _page(await read_listed(request.app.state.kernel.reading, asked), asked)


def _page(rows: Sequence[Row[Any]], asked: Wanted) -> Response:
    following = rows[-1].cursor if rows else asked.after
    more = {"after": following, "limit": asked.limit, "types": list(asked.types)}
    link = f'</events?{urlencode(more, doseq=True)}>; rel="next"'
    return Response(
        msgspec.json.encode([cloudevent(row) for row in rows]),
        media_type=BATCH_MEDIA_TYPE,
        headers={"Next-Cursor": str(following), "Link": link},
    )


@router.get("/asyncapi.yaml", response_class=Response)
async def asyncapi() -> Response:
    """Every event type with its schema and its topic, as AsyncAPI."""
    return Response(ASYNCAPI.read_bytes(), media_type="application/yaml")
