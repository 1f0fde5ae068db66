"""Every kind of record that no service should send, raw, each with what must become of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import msgspec
from aiokafka import AIOKafkaProducer

from contracts.sample import NOON
from tests.support.kernel import BODY

NAME = "Zhangweixin 张伟新"
"""Somebody's name, as it would stand in bytes, headers and keys that nobody asked for."""

SAID = msgspec.to_builtins(BODY)
TWO_MIB = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """One bad record: its value, what is different about its headers, and what it must come to."""

    kind: str
    owner: str
    reason: str
    value: bytes | None = msgspec.json.encode(SAID)
    headers: Mapping[str, bytes | None] = field(default_factory=dict)
    without: frozenset[str] = frozenset()


def envelope(stream: str, version: int, moment: datetime) -> dict[str, bytes | None]:
    """The headers of a sound event."""
    return {
        "ce_specversion": b"1.0",
        "ce_id": str(uuid4()).encode(),
        "ce_type": b"body.established.v1",
        "ce_source": b"/services/notes",
        "ce_subject": stream.encode(),
        "ce_time": moment.isoformat().encode(),
        "ce_sequence": b"%d" % version,
        "ce_streamversion": b"%d" % version,
        "ce_correlationid": b"a-matter",
        "ce_dataclassification": b"internal",
        "ce_remark": NAME.encode(),
    }


TOLD = msgspec.json.encode({**SAID, "name_zh": NAME})
BAD: Mapping[str, Bad] = {
    "bytes that nobody can decode": Bad(
        kind="undecodable",
        owner="publisher",
        reason="the payload is not JSON",
        value=b"\xff\x00" + NAME.encode(),
    ),
    "text that is not Unicode": Bad(
        kind="undecodable",
        owner="publisher",
        reason="the payload is not JSON",
        value=b'{"name_zh": "\xff"}',
    ),
    "brackets without end": Bad(
        kind="undecodable",
        owner="publisher",
        reason="the payload is not JSON",
        value=b"[" * 100_000,
    ),
    "no envelope at all": Bad(
        kind="undecodable",
        owner="publisher",
        reason="no envelope",
        value=TOLD,
        without=frozenset(envelope("", 1, NOON)),
    ),
    "a moment without its zone": Bad(
        kind="undecodable",
        owner="publisher",
        reason="a malformed header",
        headers={"ce_time": b"2026-03-02T04:00:00"},
    ),
    "no type": Bad(
        kind="undecodable",
        owner="publisher",
        reason="no ce_type",
        without=frozenset({"ce_type"}),
    ),
    "no id": Bad(
        kind="missing-id", owner="publisher", reason="no ce_id", without=frozenset({"ce_id"})
    ),
    "an empty id": Bad(
        kind="missing-id", owner="publisher", reason="no ce_id", headers={"ce_id": b""}
    ),
    "no value": Bad(
        kind="null-value",
        owner="publisher",
        reason="no value, and the topic is not compacted",
        value=None,
    ),
    "two MiB": Bad(
        kind="too-large",
        owner="publisher",
        reason="more than 1048576 bytes",
        value=b'"' + NAME.encode() + b"x" * TWO_MIB + b'"',
    ),
    "large headers": Bad(
        kind="too-large",
        owner="publisher",
        reason="more than 1048576 bytes",
        headers={"ce_note": NAME.encode() + b"x" * TWO_MIB},
    ),
    "a type that nobody knows": Bad(
        kind="unknown-type",
        owner="publisher",
        reason="no such name in the catalog",
        value=TOLD,
        headers={"ce_type": f"body.{NAME}.v1".encode()},
    ),
    "a type of a later day": Bad(
        kind="newer-version",
        owner="operators",
        reason="known up to v1",
        value=TOLD,
        headers={"ce_type": b"body.established.v9"},
    ),
    "another shape": Bad(
        kind="schema-invalid",
        owner="publisher",
        reason="does not fit at $.name_zh",
        value=msgspec.json.encode({**SAID, "name_zh": [NAME]}),
    ),
    "a list instead of a shape": Bad(
        kind="schema-invalid",
        owner="publisher",
        reason="does not fit",
        value=msgspec.json.encode([NAME]),
    ),
    "half of a shape": Bad(
        kind="schema-invalid",
        owner="publisher",
        reason="does not fit",
        value=msgspec.json.encode({"name_zh": NAME}),
    ),
    "a clock far ahead": Bad(
        kind="clock-off",
        owner="operators",
        reason="recorded more than an hour from now",
        headers={"ce_time": (NOON + timedelta(hours=8)).isoformat().encode()},
    ),
}
"""Each by what is wrong with it, where they are read at noon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Puts records on a topic as anybody with a producer could."""

    producer: AIOKafkaProducer
    topic: str
    moment: datetime

    async def good(self, stream: str, version: int) -> None:
        await self.raw(stream, envelope(stream, version, self.moment), msgspec.json.encode(SAID))

    async def bad(self, stream: str, version: int, bad: Bad) -> None:
        headers = {**envelope(stream, version, self.moment), **bad.headers}
        kept = {name: said for name, said in headers.items() if name not in bad.without}
        await self.raw(stream, kept, bad.value)

    async def raw(
        self, key: str | None, headers: Mapping[str, bytes | None], value: bytes | None
    ) -> None:
        await self.producer.send_and_wait(
            self.topic, value, key=key.encode() if key else None, headers=[*headers.items()]
        )


def producer(bootstrap: str) -> AIOKafkaProducer:
    """One that does not mind the size of what it sends."""
    return AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=8 * 1024 * 1024)
