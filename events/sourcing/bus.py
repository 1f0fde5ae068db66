"""How an event looks on Kafka: a CloudEvent in binary mode, at least its envelope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from events.sourcing.codec import Codec, personal_fields
from events.sourcing.types import Published, Recorded, WholeState, category_of

Headers: TypeAlias = list[tuple[str, bytes]]
ArrivedHeaders: TypeAlias = Sequence[tuple[str, bytes | None]]

PAYLOAD_LIMIT = 900_000
"""Bytes; brokers take records of 1 MiB. What is larger leaves as its envelope."""
VERSION_DIGITS = 9

_ALWAYS = (("ce_specversion", b"1.0"), ("content-type", b"application/json"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record for a topic; a value of `None` is a tombstone, `b""` an envelope alone."""

    topic: str
    key: bytes
    value: bytes | None
    headers: Headers


class Undecodable(Exception):
    """A record that cannot be read as one of our events; says why without quoting it."""


def topic_of(stream: str) -> str:
    """The topic on which a stream's events leave."""
    return f"{category_of(stream)}.events"


def records_of(
    recorded: Recorded[Any],
    *,
    published: Mapping[type, Published],
    states: Mapping[type, WholeState],
) -> list[Record]:
    """Everything that leaves because of one event, its envelope always first."""
    event = recorded.event
    rule = published.get(type(event))
    headers = _headers(recorded, rule)
    value = b"" if rule is None or not rule.fields else _public(event, rule)
    if len(value) > PAYLOAD_LIMIT:
        value = b""
    first = Record(
        topic=topic_of(recorded.stream),
        key=recorded.stream.encode(),
        value=value,
        headers=headers,
    )
    state = states.get(type(event))
    if state is None or (not state.tombstone and _is_forgotten(event)):
        return [first]
    return [first, _state(event, state, headers)]


def _is_forgotten(event: Any) -> bool:
    """Whether its person's key is gone: a state that says nothing is none, a tombstone follows."""
    kind: Any = type(event)
    return any(getattr(event, name) is None for name in personal_fields(kind))


def _public(event: Any, rule: Published) -> bytes:
    return msgspec.json.encode({name: getattr(event, name) for name in rule.fields})


def _state(event: Any, state: WholeState, headers: Headers) -> Record:
    value = None if state.tombstone else msgspec.json.encode(event)
    key = str(getattr(event, state.key)).encode()
    return Record(topic=state.topic, key=key, value=value, headers=headers)


def _headers(recorded: Recorded[Any], rule: Published | None) -> Headers:
    headers = [
        *_ALWAYS,
        ("ce_id", str(recorded.event_id).encode()),
        ("ce_source", f"/services/{recorded.service}".encode()),
        ("ce_type", recorded.name.encode()),
        ("ce_subject", recorded.stream.encode()),
        ("ce_time", recorded.recorded_at.isoformat().encode()),
        ("ce_partitionkey", recorded.stream.encode()),
        ("ce_sequence", b"%020d" % recorded.position),
        ("ce_streamversion", b"%d" % recorded.version),
        ("ce_correlationid", recorded.correlation_id.encode()),
        ("ce_actor", recorded.actor.encode()),
        ("ce_dataclassification", (rule.classification if rule else "internal").encode()),
    ]
    if recorded.causation_id:
        headers.append(("ce_causationid", recorded.causation_id.encode()))
    if recorded.traceparent:
        headers.append(("ce_traceparent", recorded.traceparent.encode()))
    return headers


def read_record(codec: Codec, *, value: bytes | None, headers: ArrivedHeaders) -> Recorded[Any]:
    """The event behind a record; its payload is `None` where only the envelope left.

    Raises `Undecodable` for a missing header or an unreadable value, `UnknownName` for a payload
    of a type this version does not know.
    """
    recorded = _envelope(texts_of(headers))
    if not value:
        return recorded
    name, event = _payload(codec, recorded.name, value)
    return replace(recorded, name=name, event=event)


def texts_of(headers: ArrivedHeaders) -> dict[str, str]:
    """The headers as text that a database can take, whatever their bytes."""
    return {
        name: (raw or b"").decode(errors="replace").replace("\0", "\ufffd") for name, raw in headers
    }


def version_in(texts: Mapping[str, str]) -> int | None:
    """The stream version that a record claims, if it claims a possible one."""
    claimed = texts.get("ce_streamversion", "")
    plain = claimed.isascii() and claimed.isdigit() and len(claimed) <= VERSION_DIGITS
    return (int(claimed) or None) if plain else None


def _envelope(texts: Mapping[str, str]) -> Recorded[Any]:
    version = version_in(texts)
    if version is None:
        raise Undecodable("envelope: no stream version")
    try:
        return Recorded(
            event=None,
            name=texts["ce_type"],
            event_id=UUID(texts["ce_id"]),
            service=texts["ce_source"].rpartition("/")[2],
            stream=texts["ce_subject"],
            version=version,
            position=int(texts["ce_sequence"]),
            recorded_at=datetime.fromisoformat(texts["ce_time"]),
            actor=texts.get("ce_actor", ""),
            correlation_id=texts["ce_correlationid"],
            causation_id=texts.get("ce_causationid"),
            traceparent=texts.get("ce_traceparent"),
            classification=texts["ce_dataclassification"],
        )
    except (KeyError, ValueError) as cause:
        raise Undecodable(f"envelope: {type(cause).__name__}") from cause


def _payload(codec: Codec, name: str, value: bytes) -> tuple[str, Any]:
    try:
        name, shape = codec.lift(name, msgspec.json.decode(value))
        event_type = codec.shape_of(name)
        for field in personal_fields(event_type):
            shape.setdefault(field, None)
        return name, msgspec.convert(shape, event_type)
    except (msgspec.MsgspecError, TypeError, AttributeError, KeyError) as cause:
        raise Undecodable(f"payload of {name}: {type(cause).__name__}") from cause
