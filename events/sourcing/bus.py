"""How an event looks on Kafka: a CloudEvent in binary mode, at least its envelope."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from events.sourcing.clock import moment_of
from events.sourcing.codec import VERSION_DIGITS, Codec, personal_fields
from events.sourcing.datarefs import DATAREF, data_path, state_path
from events.sourcing.faults import MISSING_ID, SCHEMA_INVALID, Undecodable, misfit
from events.sourcing.types import Published, Recorded, WholeState, category_of

Headers: TypeAlias = list[tuple[str, bytes]]
ArrivedHeaders: TypeAlias = Sequence[tuple[str, bytes | None]]

PAYLOAD_LIMIT = 900_000
"""Bytes; brokers take records of 1 MiB. What is larger leaves as its envelope with a `dataref`."""
STREAM_LIMIT = 200
"""Characters; a longer name is none of ours and would not fit into an index."""

_ALWAYS = (("ce_specversion", b"1.0"), ("content-type", b"application/json"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record for a topic; a value of `None` is a tombstone, `b""` an envelope alone."""

    topic: str
    key: bytes
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """One event as it left for one topic."""

    topic: str
    key: bytes
    position: int
    event_id: UUID
    stream: str
    version: int
    name: str


def topic_of(stream: str) -> str:
    """The topic on which a stream's events leave."""
    return f"{category_of(stream)}.events"


def records_of(
    recorded: Recorded[Any],
    *,
    published: Mapping[type, Published],
    states: Mapping[type, WholeState],
) -> list[Record]:
    """Everything that leaves because of one event, its envelope always first.

    A state of somebody who is forgotten does not leave any more: the erasure behind it is what
    takes the earlier ones from their topic.
    """
    headers = _headers(recorded, published.get(type(recorded.event)))
    first = Record(
        topic=topic_of(recorded.stream),
        key=recorded.stream.encode(),
        value=public_data(recorded.event, published),
        headers=headers,
    )
    state = states.get(type(recorded.event))
    if state is None or (not state.tombstone and is_forgotten(recorded.event)):
        return [_fitting(first, data_path(recorded.event_id))]
    whole = Record(
        topic=state.topic,
        key=str(getattr(recorded.event, state.key)).encode(),
        value=whole_state(recorded.event, states),
        headers=headers,
    )
    return [
        _fitting(first, data_path(recorded.event_id)),
        _fitting(whole, state_path(recorded.event_id)),
    ]


def public_data(event: Any, published: Mapping[type, Published]) -> bytes:
    """The payload that leaves on the event's own topic; `b""` where only the envelope does."""
    rule = published.get(type(event))
    if rule is None or not rule.fields:
        return b""
    return msgspec.json.encode({name: getattr(event, name) for name in rule.fields})


def whole_state(event: Any, states: Mapping[type, WholeState]) -> bytes | None:
    """The payload that leaves on a topic of whole states.

    `None` for a tombstone, and where there is no state, or none that can be read any more.
    """
    state = states.get(type(event))
    if state is None or state.tombstone or is_forgotten(event):
        return None
    return msgspec.json.encode(event)


def is_forgotten(event: Any) -> bool:
    """Whether what it said of a person can be read no more."""
    kind: Any = type(event)
    return any(getattr(event, name) is None for name in personal_fields(kind))


def _fitting(record: Record, path: str) -> Record:
    """The record, or its envelope with the path under which its payload can be fetched."""
    if record.value is None or len(record.value) <= PAYLOAD_LIMIT:
        return record
    return replace(record, value=b"", headers=[*record.headers, (DATAREF, path.encode())])


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


def read_record(codec: Codec, texts: Mapping[str, str], value: bytes | None) -> Recorded[Any]:
    """The event behind a record; its payload is `None` where only the envelope left.

    Raises `Undecodable` for a missing header or an unreadable value, `UnknownName` for a payload
    of a type this version does not know.
    """
    envelope = envelope_in(texts)
    if not value:
        return envelope
    name, event = _payload(codec, envelope.name, value)
    return replace(envelope, name=name, event=event)


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


def stream_in(texts: Mapping[str, str]) -> str | None:
    """The stream that a record claims, if it claims a possible one."""
    claimed = texts.get("ce_subject", "")
    return claimed if 0 < len(claimed) <= STREAM_LIMIT and claimed.isprintable() else None


def envelope_in(texts: Mapping[str, str]) -> Recorded[Any]:
    """What surrounds the event, whatever its payload says. Raises `Undecodable`."""
    version, stream = version_in(texts), stream_in(texts)
    if not any(name.startswith("ce_") for name in texts):
        raise Undecodable("no envelope")
    if not texts.get("ce_id"):
        raise Undecodable("no ce_id", kind=MISSING_ID)
    if version is None or stream is None:
        raise Undecodable("no stream" if stream is None else "no stream version")
    try:
        return Recorded(
            event=None,
            name=texts["ce_type"],
            event_id=UUID(texts["ce_id"]),
            service=texts["ce_source"].rpartition("/")[2],
            stream=stream,
            version=version,
            position=int(texts["ce_sequence"]),
            recorded_at=moment_of(texts["ce_time"]),
            actor=texts.get("ce_actor", ""),
            correlation_id=texts["ce_correlationid"],
            causation_id=texts.get("ce_causationid"),
            traceparent=texts.get("ce_traceparent"),
            classification=texts["ce_dataclassification"],
        )
    except KeyError as missing:
        raise Undecodable(f"no {missing.args[0]}") from missing
    except ValueError as cause:
        raise Undecodable("a malformed header") from cause


def _payload(codec: Codec, name: str, value: bytes) -> tuple[str, Any]:
    """The newest name of the event and the event; what is personal in it may be left out."""
    if (reads := codec.whole(name)) is not None:
        with suppress(msgspec.MsgspecError, ValueError, RecursionError):
            return name, reads(value)
    try:
        shape = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise Undecodable("the payload is not JSON") from cause
    try:
        name, shape = codec.lift(name, shape)
        event_type = codec.shape_of(name)
        for field in personal_fields(event_type):
            shape.setdefault(field, None)
        return name, msgspec.convert(shape, event_type)
    except (TypeError, AttributeError, LookupError, ValueError) as cause:
        raise Undecodable(misfit(cause), kind=SCHEMA_INVALID) from cause
