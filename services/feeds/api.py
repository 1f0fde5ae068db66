"""How an agency reads: a page of events behind its cursor, and what events there are."""

import pathlib
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from events.edge.identity import CurrentActor, require
from events.edge.words import Line
from events.sourcing.types import Refused
from services.feeds.cloudevents import BATCH_MEDIA_TYPE, cloudevent
from services.feeds.rows import PAGE_LIMIT, Wanted, read_listed

READERS = ("agency", "clerk", "ops", "system")
PROMISED = pathlib.Path(__file__).parents[2] / "contracts/feed"
SCHEMA_MEDIA_TYPE = "application/schema+json"

router = APIRouter(tags=["events"])


async def wanted(
    after: Annotated[
        int, Query(ge=0, lt=10**18, description="the cursor of the last event you have")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE_LIMIT)] = 100,
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
    rows = await read_listed(request.app.state.kernel.reading, asked)
    schemas = f"{request.base_url}schemas"
    following = rows[-1].cursor if rows else asked.after
    return Response(
        msgspec.json.encode([cloudevent(row, schemas=schemas) for row in rows]),
        media_type=BATCH_MEDIA_TYPE,
        headers={"Next-Cursor": str(following), "Link": _link(following, asked)},
    )


def _link(following: int, asked: Wanted) -> str:
    more = {"after": following, "limit": asked.limit, "types": list(asked.types)}
    return f'</events?{urlencode(more, doseq=True)}>; rel="next"'


@router.get("/asyncapi.yaml", response_class=Response)
async def asyncapi() -> Response:
    """What is listed, as AsyncAPI: the pages, the types of events, and the schema of each."""
    return Response((PROMISED / "asyncapi.yaml").read_bytes(), media_type="application/yaml")


@router.get("/schemas/{name}.json", response_class=Response)
async def schema(
    name: Annotated[str, Path(pattern=r"^[a-z]+\.[a-z-]+\.v[0-9]+$", max_length=100)],
) -> Response:
    """The JSON Schema of one type's data; an event's `dataschema` leads here."""
    stored = PROMISED / "schemas" / f"{name}.json"
    if not stored.exists():
        raise Refused("schema-not-found", name=name)
    return Response(stored.read_bytes(), media_type=SCHEMA_MEDIA_TYPE)
