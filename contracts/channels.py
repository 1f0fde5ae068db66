"""The AsyncAPI document of the bus: which topics there are, and which messages arrive on each."""

from collections.abc import Mapping
from typing import Any

import yaml

from contracts.border import published, states
from events.catalog.names import all_names
from events.sourcing.ledger.places import EVENT_TYPE as HEAD_SIGNED
from events.sourcing.ledger.places import TOPIC as HEADS
from events.sourcing.listed_topics import listed_topics
from events.sourcing.retraction import AT, RETRACTED, RETRACTS
from events.sourcing.types import Published, WholeState

HEAD_HEADERS = {
    "type": "object",
    "description": "CloudEvents 1.0, binary mode; a head that is sent again keeps its id.",
    "required": [
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_subject",
        "ce_time",
        "ce_partitionkey",
        "ce_sequence",
        "ce_dataclassification",
    ],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "description": "SERVICE/SIZE/KEY-ID"},
        "ce_source": {"type": "string", "description": "/services/NAME"},
        "ce_type": {"const": HEAD_SIGNED},
        "ce_subject": {"type": "string", "description": "the service, which is also the key"},
        "ce_time": {"type": "string", "format": "date-time", "description": "when signed"},
        "ce_partitionkey": {"type": "string"},
        "ce_sequence": {"type": "string", "pattern": "^[0-9]{20}$"},
        "ce_dataclassification": {"const": "public"},
    },
}

NO_FIELDS = Published(classification="internal")

HEADERS = {
    "type": "object",
    "description": "CloudEvents 1.0, binary mode; each attribute is a header with the prefix ce_.",
    "required": [
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_subject",
        "ce_time",
        "ce_partitionkey",
        "ce_sequence",
        "ce_streamversion",
        "ce_correlationid",
        "ce_dataclassification",
    ],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid"},
        "ce_source": {"type": "string", "description": "/services/NAME"},
        "ce_type": {"type": "string", "description": "the stored name"},
        "ce_subject": {"type": "string", "description": "the stream, which is also the key"},
        "ce_time": {"type": "string", "format": "date-time", "description": "when recorded"},
        "ce_partitionkey": {"type": "string"},
        "ce_sequence": {"type": "string", "pattern": "^[0-9]{20}$"},
        "ce_streamversion": {"type": "string", "pattern": "^[1-9][0-9]*$"},
        "ce_correlationid": {"type": "string"},
        "ce_causationid": {"type": "string"},
        "ce_traceparent": {"type": "string"},
        "ce_actor": {"type": "string"},
        "ce_dataclassification": {"enum": ["public", "internal"]},
        "ce_dataref": {
            "type": "string",
            "format": "uri-reference",
            "description": (
                "only beside an empty payload that was too large to travel: the path on the service"
                " of ce_source under which a service of the platform fetches it"
            ),
        },
    },
}


RETRACTION: dict[str, Any] = {
    "name": RETRACTED,
    "title": RETRACTED,
    "summary": (
        "Takes an event back that left here and then was lost by a restore: it never happened."
        " Comes behind it under the same key; without payload, and as a tombstone where no whole"
        " state of that key is left."
    ),
    "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
    "headers": {
        "type": "object",
        "required": [RETRACTS, AT],
        "properties": {
            "ce_sequence": {
                "type": "string",
                "pattern": "^[0-9]{20}$",
                "description": "no void event has a higher one; whatever is recorded later has",
            },
            "ce_streamversion": {
                "type": "string",
                "pattern": "^[1-9][0-9]*$",
                "description": "of the event that is taken back",
            },
            RETRACTS: {"type": "string", "format": "uuid", "description": "its ce_id"},
            AT: {"type": "string", "pattern": "^[0-9]{20}$", "description": "its ce_sequence"},
        },
    },
    "x-classification": "internal",
}


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0: channels are topics, messages are stored names."""
    channels = {name: _channel(name, entry) for name, entry in sorted(listed_topics().items())}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Concord events",
            "version": "1",
            "description": "The bus between services; every event leaves at least as its envelope: "
            "headers without payload. What other agencies read over HTTP: feed/asyncapi.yaml.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {
            f"receive-{name}": {"action": "receive", "channel": {"$ref": _pointer(name)}}
            for name, channel in channels.items()
            if channel["messages"]
        },
        "components": {
            "messages": {
                **{name: _message(name, shape) for name, shape in _sorted_names()},
                **{f"{name}.state": _state(name, state) for name, state in _states()},
                HEAD_SIGNED: _head(),
                RETRACTED: RETRACTION,
            },
            "messageTraits": {
                "cloudevent": {"headers": HEADERS},
                "signedhead": {"headers": HEAD_HEADERS},
            },
        },
    }


def text() -> str:
    """The document as it is committed."""
    return yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=100)


def _sorted_names() -> list[tuple[str, type]]:
    return sorted(all_names().items())


def _channel(topic: str, entry: Mapping[str, object]) -> dict[str, Any]:
    own = [name for name, _ in _sorted_names() if topic == f"{name.partition('.')[0]}.events"]
    whole = [f"{name}.state" for name, state in _states() if topic == state.topic]
    told = [*own, *whole]
    names = [
        *told,
        *([RETRACTED] if told else []),
        *([HEAD_SIGNED] if topic == HEADS else []),
    ]
    return {
        "address": topic,
        "description": entry["what"],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "partitions": entry["partitions"],
                "topicConfiguration": {
                    "cleanup.policy": ["compact" if entry["kept"] == "compact" else "delete"],
                },
            }
        },
    }


def _message(name: str, shape: type) -> dict[str, Any]:
    rule = published().get(shape, NO_FIELDS)
    described: dict[str, Any] = {
        "name": name,
        "title": name,
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "x-classification": rule.classification,
    }
    if rule.fields:
        described["payload"] = {"$ref": f"./events/{name}.json"}
    else:
        described["summary"] = "Leaves as its envelope alone."
    return described


def _states() -> list[tuple[str, WholeState]]:
    return [(name, states()[shape]) for name, shape in _sorted_names() if shape in states()]


def _state(name: str, state: WholeState) -> dict[str, Any]:
    """The newest record of each key is the whole state."""
    return {
        "name": f"{name}.state",
        "title": f"{name}.state",
        "summary": f"Keyed by {state.key}; "
        + ("a tombstone: the state is gone." if state.tombstone else "replaces the one before."),
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "x-classification": "internal",
        "payload": {"type": "null"} if state.tombstone else {"$ref": f"./events/{name}.state.json"},
    }


def _head() -> dict[str, Any]:
    return {
        "name": HEAD_SIGNED,
        "title": HEAD_SIGNED,
        "summary": "Each vouches for all before it; keep some, and nobody rewrites history unseen.",
        "traits": [{"$ref": "#/components/messageTraits/signedhead"}],
        "x-classification": "public",
        "payload": {"$ref": f"./events/{HEAD_SIGNED}.json"},
    }


def _pointer(name: str) -> str:
    return f"#/channels/{name}"
