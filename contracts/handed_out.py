"""What the feed hands other agencies: a schema for each type, and the page that carries them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import yaml

from contracts.schemas import event_schema
from events.catalog.names import all_names
from services.feeds.cloudevents import BATCH_MEDIA_TYPE
from services.feeds.handed_out import HANDED_OUT
from services.feeds.rows import PAGE_LIMIT


def handed_out_schemas() -> Mapping[str, dict[str, Any]]:
    """The data of each type that the feed lists, by its stored name."""
    return {
        name: _schema(name, shape)
        for name, shape in sorted(all_names().items())
        if shape in HANDED_OUT
    }


def _schema(name: str, shape: type) -> dict[str, Any]:
    kept_back = {field.name for field in fields(shape)} - set(HANDED_OUT[shape])
    return {**event_schema(name, shape, without=kept_back), "$id": f"urn:concord:feed:{name}"}


ATTRIBUTES: Mapping[str, Any] = {
    "type": "object",
    "description": "What every listed event says of itself: CloudEvents 1.0, structured mode.",
    "required": [
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "partitionkey",
        "sequence",
        "streamversion",
        "dataclassification",
    ],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": {"type": "string", "description": "/services/NAME, where it happened"},
        "type": {"type": "string", "description": "the stored name"},
        "subject": {"type": "string", "description": "the stream it happened in"},
        "time": {"type": "string", "format": "date-time", "description": "when it was recorded"},
        "partitionkey": {"type": "string"},
        "sequence": {"type": "string", "pattern": "^[0-9]{20}$", "description": "its cursor"},
        "streamversion": {"type": "integer", "minimum": 1},
        "dataclassification": {"const": "public"},
        "causationid": {"type": "string", "description": "the event it happened because of"},
        "datacontenttype": {"const": "application/json"},
    },
}
QUERY: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "after": {"type": "integer", "minimum": 0, "description": "the cursor you have"},
        "limit": {"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT},
        "types": {"type": "array", "items": {"type": "string"}, "description": "only these"},
    },
}
HEADERS: Mapping[str, Any] = {
    "type": "object",
    "required": ["Next-Cursor", "Link"],
    "properties": {
        "Next-Cursor": {"type": "string", "description": "go on behind this one"},
        "Link": {"type": "string", "description": 'the same as an address, rel="next"'},
    },
}


def feed_asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0 with the HTTP binding; references hold where the feeds service serves it."""
    listed = {name: _listed(name) for name in handed_out_schemas()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Concord feed",
            "version": "1",
            "description": "What is public, in one order that never changes, page by page.",
        },
        "defaultContentType": BATCH_MEDIA_TYPE,
        "channels": {"feed": _channel()},
        "operations": {"read": _read()},
        "components": {
            "messages": {"page": _page(listed)},
            "schemas": {"attributes": ATTRIBUTES, **listed},
        },
    }


def feed_text() -> str:
    """The document as it is committed."""
    return yaml.safe_dump(feed_asyncapi(), sort_keys=False, allow_unicode=True, width=100)


def _channel() -> dict[str, Any]:
    return {
        "address": "/events",
        "description": "Every public event of every service; an event's sequence is its cursor.",
        "messages": {"page": {"$ref": "#/components/messages/page"}},
    }


def _read() -> dict[str, Any]:
    return {
        "action": "receive",
        "channel": {"$ref": "#/channels/feed"},
        "bindings": {"http": {"method": "GET", "query": QUERY, "bindingVersion": "0.3.0"}},
    }


def _page(listed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": "page",
        "title": "A page of events",
        "contentType": BATCH_MEDIA_TYPE,
        "headers": HEADERS,
        "payload": {
            "type": "array",
            "maxItems": PAGE_LIMIT,
            "items": {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in listed]},
        },
        "bindings": {"http": {"statusCode": 200, "bindingVersion": "0.3.0"}},
    }


def _listed(name: str) -> dict[str, Any]:
    """One event; what left as its envelope has no data, and names no schema of it."""
    return {
        "allOf": [{"$ref": "#/components/schemas/attributes"}],
        "properties": {
            "type": {"const": name},
            "dataschema": {"type": "string", "format": "uri", "pattern": _ending(name)},
            "data": {"$ref": f"./schemas/{name}.json"},
        },
        "if": {"anyOf": [{"required": ["data"]}, {"required": ["dataschema"]}]},
        "then": {"required": ["data", "dataschema", "datacontenttype"]},
    }


def _ending(name: str) -> str:
    return f"/schemas/{name.replace('.', '[.]')}[.]json$"
