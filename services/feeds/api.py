"""How an agency reads: a page of events behind its cursor, and what events there are."""

import pathlib
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from events.edge.identity import CurrentActor, require
from events.edge.words import Line
from events.sourcing.types import Refused
from services.feeds.cloudevents import BATCH_MEDIA_TYPE, cloudevent
from services.feeds.rows import PAGE_LIMIT, Wanted, read_listed
from services.feeds.shapes import CloudEventOut

READERS = ("agency", "clerk", "ops", "system")
PROMISED = pathlib.Path(__file__).parents[2] / "contracts/feed"

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


class Batch(Response):
    media_type = BATCH_MEDIA_TYPE


class Yaml(Response):
    media_type = "application/yaml"


class SchemaFile(Response):
    media_type = "application/schema+json"


SCHEMA_FORM: dict[str, Any] = {
    "type": "object",
    "description": "JSON Schema 2020-12",
    "required": ["$schema", "$id", "type", "properties"],
    "additionalProperties": True,
    "properties": {
        "$schema": {"type": "string"},
        "$id": {"type": "string"},
        "type": {"const": "object"},
        "properties": {"type": "object"},
    },
}


@router.get("/events", response_class=Batch, responses={200: {"model": list[CloudEventOut]}})
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
    return Batch(
        msgspec.json.encode([cloudevent(row, schemas=schemas) for row in rows]),
        headers={"Next-Cursor": str(following), "Link": _link(following, asked)},
    )


def _link(following: int, asked: Wanted) -> str:
    more = {"after": following, "limit": asked.limit, "types": list(asked.types)}
    return f'</events?{urlencode(more, doseq=True)}>; rel="next"'


@router.get("/asyncapi.yaml", response_class=Yaml)
async def asyncapi() -> Response:
    """What is listed, as AsyncAPI: the pages, the types of events, and the schema of each."""
    return Yaml((PROMISED / "asyncapi.yaml").read_bytes())


@router.get(
    "/schemas/{name}.json",
    response_class=SchemaFile,
    responses={200: {"content": {SchemaFile.media_type: {"schema": SCHEMA_FORM}}}},
)
async def schema(
    name: Annotated[str, Path(pattern=r"^[a-z]+\.[a-z-]+\.v[0-9]+$", max_length=100)],
) -> Response:
    """The JSON Schema of one type's data; an event's `dataschema` leads here."""
    stored = PROMISED / "schemas" / f"{name}.json"
    if not stored.exists():
        raise Refused("schema-not-found", name=name)
    return SchemaFile(stored.read_bytes())
