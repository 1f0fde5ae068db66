"""How an agency reads: a page of events behind its cursor, and what events there are."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select

from events.edge.identity import CurrentActor, require
from events.sourcing.kernel import Kernel
from services.feeds.cloudevents import BATCH_MEDIA_TYPE, cloudevent
from services.feeds.process import PUBLIC
from services.feeds.projection import listed

READERS = ("agency", "clerk", "ops", "system")
ASYNCAPI = Path(__file__).parents[2] / "contracts/asyncapi.yaml"

router = APIRouter(tags=["events"])


@router.get(
    "/events",
    response_class=Response,
    responses={200: {"content": {BATCH_MEDIA_TYPE: {}}}},
)
async def events(
    request: Request,
    actor: CurrentActor,
    after: Annotated[int, Query(ge=0, description="the cursor of the last event you have")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    types: Annotated[list[str] | None, Query(description="only these event types")] = None,
) -> Response:
    """The next public events in the order of the feed, which never changes.

    `Next-Cursor` is where to go on, also when the page is empty; `Link: rel="next"` says the same
    as an address. An event's own `sequence` is its cursor.
    """
    require(actor, *READERS)
    kernel: Kernel = request.app.state.kernel
    query = (
        select(listed)
        .where(listed.c.cursor > after, listed.c.classification == PUBLIC)
        .order_by(listed.c.cursor)
        .limit(limit)
    )
    if types:
        query = query.where(listed.c.name.in_(types))
    async with kernel.engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    following = rows[-1].cursor if rows else after
    more = urlencode({"after": following, "limit": limit, "types": types or []}, doseq=True)
    return Response(
        msgspec.json.encode([cloudevent(row) for row in rows]),
        media_type=BATCH_MEDIA_TYPE,
        headers={"Next-Cursor": str(following), "Link": f'</events?{more}>; rel="next"'},
    )


@router.get("/asyncapi.yaml", response_class=Response)
async def asyncapi() -> Response:
    """Every event type with its schema and its topic, as AsyncAPI."""
    return Response(ASYNCAPI.read_bytes(), media_type="application/yaml")
