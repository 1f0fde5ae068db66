"""What a record from a topic must be to be taken as an event, and where it stands if it is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
from aiokafka import ConsumerRecord

from events.sourcing.arrivals import Arrivals, Partition
from events.sourcing.batches import Failed, Item
from events.sourcing.bus import (
    STREAM_LIMIT,
    ArrivedHeaders,
    envelope_in,
    read_record,
    stream_in,
    texts_of,
    version_in,
)
from events.sourcing.clock import Clock
from events.sourcing.codec import Codec, UnknownName
from events.sourcing.datarefs import DATAREF, DataUnknown, Fetch, fetched, nobody_to_ask
from events.sourcing.faults import CLOCK_OFF, NULL_VALUE, TOO_LARGE, Undecodable, unreadable
from events.sourcing.forks import retracted
from events.sourcing.retraction import is_retraction, read_retraction
from events.sourcing.types import Recorded

RECORD_LIMIT = 1_048_576
"""Bytes of value and headers: what a broker takes unless it was told otherwise."""

AHEAD = timedelta(hours=1)
"""Clocks that are kept drift apart by seconds; a mistaken zone or year is at least this much."""

UNCLAIMED = 1_000_000_000
"""Behind every version that a stream will ever have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Reads records of topics; without a value one is an event on those in `compacted` only."""

    codec: Codec
    clock: Clock
    compacted: frozenset[str] = frozenset()
    fetch: Fetch = nobody_to_ask
    arrivals: Arrivals = field(default_factory=Arrivals)
    """What other readers of the process may have read just before."""
    reader: str = ""
    """Who reads, among those."""

    def follow(self, partitions: Iterable[Partition]) -> None:
        """From now on these are read, and no others."""
        self.arrivals.follow(self.reader, partitions)

    async def item(self, record: ConsumerRecord) -> Item:
        """The event of a record with its bytes, or where it stands and why it is none.

        A payload that is elsewhere is waited for; a retraction is no event and takes one back.
        """
        known = self.arrivals.known(self.reader, record)
        if known is not None:
            return _item(record, self._taken(known, record.topic, record.value), record.value)
        texts = texts_of(record.headers)
        try:
            if is_retraction(texts):
                return _taken_back(record, texts)
            value = await self._value(record, texts)
        except (Undecodable, DataUnknown) as failure:
            return _claimed(record, unreadable(failure), record.value)
        recorded = self.read(record.topic, texts, value=value, headers=record.headers)
        if isinstance(recorded, Recorded) and DATAREF not in texts:
            self.arrivals.keep(self.reader, record, recorded)
        return _item(record, recorded, value)

    def read(
        self,
        topic: str,
        texts: Mapping[str, str],
        *,
        value: bytes | None,
        headers: ArrivedHeaders,
    ) -> Recorded[Any] | Failed:
        """The event, or why there is none."""
        try:
            if is_retraction(texts):
                return retracted(version_in(texts) or 0)
            if DATAREF not in texts:
                # What was fetched is as large as it is; the bound is for what came over the bus.
                _check_size(value, headers)
            recorded = read_record(self.codec, texts, value)
        except (Undecodable, UnknownName) as failure:
            return unreadable(failure)
        return self._taken(recorded, topic, value)

    def read_again(self, topic: str, kept: bytes) -> Recorded[Any] | Failed:
        """The same for the bytes that an item kept."""
        headers, value = msgspec.json.decode(
            kept, type=tuple[list[tuple[str, bytes | None]], bytes | None]
        )
        return self.read(topic, texts_of(headers), value=value, headers=headers)

    async def _value(self, record: ConsumerRecord, texts: Mapping[str, str]) -> bytes | None:
        if record.value or DATAREF not in texts:
            value: bytes | None = record.value
            return value
        # What is gone for good leaves its envelope.
        return await fetched(self.fetch, texts) or b""

    def _taken(
        self, recorded: Recorded[Any], topic: str, value: bytes | None
    ) -> Recorded[Any] | Failed:
        """Whether a sound event is one for this reader, and now."""
        if value is None and topic not in self.compacted:
            return Failed(kind=NULL_VALUE, reason="no value, and the topic is not compacted")
        if recorded.recorded_at > self.clock() + AHEAD:
            return Failed(kind=CLOCK_OFF, reason="recorded more than an hour from now")
        return recorded


def _check_size(value: bytes | None, headers: ArrivedHeaders) -> None:
    size = len(value or b"") + sum(len(name) + len(said or b"") for name, said in headers)
    if size > RECORD_LIMIT:
        raise Undecodable(f"more than {RECORD_LIMIT} bytes", kind=TOO_LARGE)


def _item(record: ConsumerRecord, recorded: Recorded[Any] | Failed, value: bytes | None) -> Item:
    if isinstance(recorded, Failed):
        return _claimed(record, recorded, value)
    return Item(
        stream=recorded.stream,
        version=recorded.version,
        recorded=recorded,
        came=(record.headers, value),
    )


def _taken_back(record: ConsumerRecord, texts: Mapping[str, str]) -> Item:
    envelope = envelope_in(texts)
    return Item(
        stream=envelope.stream,
        version=envelope.version,
        recorded=envelope,
        came=(record.headers, record.value),
        retraction=read_retraction(envelope, texts, record.value),
    )


def _claimed(record: ConsumerRecord, failed: Failed, value: bytes | None) -> Item:
    """Stands under its key at its claimed version, or past everything where it claims none."""
    texts = texts_of(record.headers)
    key = texts_of([("key", record.key)])["key"]
    return Item(
        stream=stream_in(texts) or _possible(key) or f"unknown-{record.partition}",
        version=version_in(texts) or UNCLAIMED + record.offset % UNCLAIMED,
        recorded=failed,
        came=(record.headers, value),
    )


def _possible(key: str) -> str | None:
    """The key as a stream; by its digest where it is too long to be one."""
    if len(key) <= STREAM_LIMIT:
        return key or None
    return f"unknown-{sha256(key.encode()).hexdigest()[:16]}"
