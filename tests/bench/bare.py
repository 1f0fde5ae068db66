"""The limit of an append: rows like the journal's, stored without a question asked before."""

import gc
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg

from tests.bench.notes import METADATA, NAME, PAYLOAD
from tests.support.kernel import workplace

STATEMENTS = 400
"""More than can be sent in the time; they are made before it begins."""

_LIKE_IT = "CREATE TABLE bare (LIKE journal INCLUDING ALL)"
_INSERT = (
    "INSERT INTO bare SELECT * FROM unnest($1::bigint[], $2::text[], $3::integer[], $4::uuid[],"
    " $5::text[], $6::bytea[], $7::bytea[], $8::timestamptz[], $9::bytea[])"
)


async def bare_rate(server_url: str, rows: int, *, seconds: float) -> float:
    """Rows in a second, so many in each statement, durable before the next one is sent."""
    statements = [_columns(number * rows, rows) for number in range(STATEMENTS)]
    async with workplace(server_url) as place, place.connected() as owner:
        await owner.execute(_LIKE_IT)
        await owner.execute(_INSERT, *statements.pop())
        gc.collect()
        began = time.perf_counter()
        sent = await _insert_until(owner, statements, began + seconds)
        return sent * rows / (time.perf_counter() - began)


async def _insert_until(
    owner: asyncpg.Connection, statements: Sequence[Sequence[Any]], end: float
) -> int:
    for sent, columns in enumerate(statements):
        if time.perf_counter() > end:
            return sent
        await owner.execute(_INSERT, *columns)
    return len(statements)


def _columns(first: int, rows: int) -> Sequence[Sequence[Any]]:
    names, now = [uuid4() for _ in range(rows)], datetime.now(UTC)
    return [
        range(first + 1, first + rows + 1),
        [f"note-{name}" for name in names],
        [1] * rows,
        names,
        [NAME] * rows,
        [PAYLOAD] * rows,
        [METADATA] * rows,
        [now] * rows,
        [os.urandom(32) for _ in range(rows)],
    ]
