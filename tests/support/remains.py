"""Where a word is still to be found: in every column of a database, in every record of the bus."""

import json
import re
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import TypeAlias

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from zstandard import ZstdDecompressor, ZstdError

from events.sourcing.database import database_of
from services.policy.dictionaries.dictionary import Dictionary, digest_in, read

BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
DEPTH = 3
"""Base64 in JSON in base64, or what was compressed before."""

Known: TypeAlias = Mapping[str, Dictionary]
NONE: Known = MappingProxyType({})


def says(stored: bytes, word: str, *, known: Known = NONE, depth: int = DEPTH) -> bool:
    """Whether the word can be read from these bytes by anybody who has no key.

    What was written behind a dictionary is read by those that are `known`.
    """
    if word.encode() in stored:
        return True
    inner = _within(stored, known) if depth > 0 else ()
    return any(says(each, word, known=known, depth=depth - 1) for each in inner)


def _within(stored: bytes, known: Known) -> Iterator[bytes]:
    with suppress(zlib.error):
        yield zlib.decompress(stored)
    with suppress(ZstdError):
        yield ZstdDecompressor().decompress(stored)
    if (behind := known.get(digest_in(stored) or "")) is not None:
        yield behind.opened(stored)
    for found in BASE64.findall(stored):
        with suppress(ValueError):
            yield b64decode(found, validate=True)


async def in_database(server_url: str, service: str, word: str) -> list[str]:
    """The columns (table.column) of a service's own database that say it."""
    connection = await asyncpg.connect(f"{server_url}{database_of(service)}")
    try:
        known = await _dictionaries(connection)
        return [
            f"{table}.{column}"
            for table in await _tables(connection)
            for column, values in (await _columns(connection, table)).items()
            if any(says(value, word, known=known) for value in values)
        ]
    finally:
        await connection.close()


async def _dictionaries(connection: asyncpg.Connection) -> Known:
    """By their digests, those that the journal keeps in clear."""
    rows = await connection.fetch("SELECT payload FROM journal WHERE name = 'dictionary.kept.v1'")
    kept = [read(json.loads(row["payload"])["text"]) for row in rows]
    return {each.digest: each for each in kept}


async def _tables(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(
        "SELECT schemaname || '.' || tablename AS name FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
    )
    return [row["name"] for row in rows]


async def _columns(connection: asyncpg.Connection, table: str) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for row in await connection.fetch(f"SELECT * FROM {table}"):  # noqa: S608 - a name from the catalog
        for column, value in row.items():
            if value is not None:
                found.setdefault(column, []).append(_bytes(value))
    return found


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


async def on_topics(bootstrap: str, word: str, *, only: Sequence[str] = ()) -> list[str]:
    """The topics of which a record says it, in its key, its value or its headers."""
    places = await _places(bootstrap, only)
    # From the beginning by its own setting: a `seek_to_beginning` is forgotten by the client where
    # its first question, for the end, is still under way.
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        return [name for name, own in places.items() if await _said_on(consumer, own, word)]
    finally:
        await consumer.stop()


async def _places(bootstrap: str, only: Sequence[str]) -> dict[str, list[TopicPartition]]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        described = await admin.describe_topics(list(only) or await admin.list_topics())
    finally:
        await admin.close()
    return {
        topic["topic"]: [
            TopicPartition(topic["topic"], p["partition"]) for p in topic["partitions"]
        ]
        for topic in sorted(described, key=lambda topic: str(topic["topic"]))
    }


async def _said_on(consumer: AIOKafkaConsumer, places: Sequence[TopicPartition], word: str) -> bool:
    consumer.assign(places)
    ends = await consumer.end_offsets(places)
    said = False
    while any([await consumer.position(place) < ends[place] for place in places]):
        for records in (await consumer.getmany(timeout_ms=500)).values():
            said = said or any(says(b"\n".join(_parts(record)), word) for record in records)
    return said


def _parts(record: ConsumerRecord) -> list[bytes]:
    return [record.key or b"", record.value or b"", *(value or b"" for _, value in record.headers)]
