"""Appends per second beside the `eventsourcing` library, in turns on one PostgreSQL."""

import asyncio
import gc
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import uvloop
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from events.sourcing.database import host_of
from events.sourcing.journal import Append
from events.sourcing.store import PostgresJournal
from tests.bench.bare import bare_rate
from tests.bench.figures import Figure, say
from tests.bench.notes import METADATA, NAME, PAYLOAD, an_append
from tests.support.kernel import workplace
from tests.support.servers import postgres_of_own

WAITING = (1, 16, 64, 256)
ROUNDS = 5
SECONDS = 1.5
AIMS = {16: 10.0, 64: 20.0}
MOST_WAITING = max(WAITING)
LIMIT_AIM = 0.5
ASKED = 60_000
"""They are made before the time begins, as the rows of the limit are; who has none left is done."""
PEER = f"eventsourcing {version('eventsourcing')}, locking mode"
PEER_CONNECTIONS = 64
"""The most its pool gets: more only wait longer for the same table lock."""


def measure() -> Iterator[Figure]:
    """Both write one event for each append, of the same size, durable when it returns."""
    with (
        TemporaryDirectory(prefix="concord-bench-") as folder,
        postgres_of_own(Path(folder)) as server,
        _peer(server.address) as recorder,
    ):
        for waiting in WAITING:
            ours, theirs = [], []
            for round_ in range(1, ROUNDS + 1):
                ours.append(uvloop.run(_our_rate(server.address, waiting)))
                theirs.append(_their_rate(recorder, waiting))
                say(f"append {waiting:>3} waiting, round {round_}: {ours[-1]:.0f} {theirs[-1]:.0f}")
            yield Figure(
                figure=f"append.{waiting}-waiting",
                value=median(ours),
                unit="events/s",
                peer=PEER,
                peer_value=median(theirs),
                aim=AIMS.get(waiting),
            )
        yield _of_limit(server.address)


def _of_limit(server_url: str) -> Figure:
    """Ours beside the fewest things that can be done to store as much as durably."""
    ours, bare = [], []
    for round_ in range(1, ROUNDS + 1):
        ours.append(uvloop.run(_our_rate(server_url, MOST_WAITING)))
        bare.append(uvloop.run(bare_rate(server_url, MOST_WAITING, seconds=SECONDS)))
        say(f"append of limit, round {round_}: {ours[-1]:.0f} {bare[-1]:.0f}")
    return Figure(
        figure=f"append.{MOST_WAITING}-waiting.of-limit",
        value=median(ours),
        unit="events/s",
        peer="a bare INSERT of as many rows into a table of the same columns and indexes",
        peer_value=median(bare),
        aim=LIMIT_AIM,
    )


async def _our_rate(server_url: str, waiting: int) -> float:
    async with workplace(server_url) as place:
        journal = place.kernel().journal
        # The first round opens the connections, which is not measured, as it is not for the peer.
        await asyncio.gather(*(journal.append(an_append()) for _ in range(waiting)))
        asked = [an_append() for _ in range(ASKED)]
        gc.collect()
        began = time.perf_counter()
        await asyncio.gather(
            *(_append_until(journal, asked, began + SECONDS) for _ in range(waiting))
        )
        return (ASKED - len(asked)) / (time.perf_counter() - began)


async def _append_until(journal: PostgresJournal, asked: list[Append], end: float) -> None:
    while asked and time.perf_counter() < end:
        await journal.append(asked.pop())


@contextmanager
def _peer(server_url: str) -> Iterator[PostgresApplicationRecorder]:
    asyncio.run(create_database(server_url, "peer"))
    parts = urlsplit(server_url)
    datastore = PostgresDatastore(
        "peer",
        host_of(server_url),
        parts.port or 0,
        parts.username or "",
        parts.password or "",
        pool_size=PEER_CONNECTIONS,
        max_waiting=MOST_WAITING,
        connect_timeout=30,
    )
    recorder = PostgresApplicationRecorder(datastore)
    recorder.create_table()
    try:
        yield recorder
    finally:
        datastore.close()


async def create_database(server_url: str, name: str) -> None:
    admin = await asyncpg.connect(server_url)
    try:
        await admin.execute(f"CREATE DATABASE {name}")
    finally:
        await admin.close()


def _their_rate(recorder: PostgresApplicationRecorder, waiting: int) -> float:
    with ThreadPoolExecutor(waiting) as threads:
        # The first round of each thread opens its connection, which is not measured.
        list(threads.map(_insert, [recorder] * waiting))
        began = time.perf_counter()
        counts = threads.map(lambda _: _insert_until(recorder, began + SECONDS), range(waiting))
        return sum(counts) / (time.perf_counter() - began)


def _insert_until(recorder: PostgresApplicationRecorder, end: float) -> int:
    count = 0
    while time.perf_counter() < end:
        _insert(recorder)
        count += 1
    return count


def _insert(recorder: PostgresApplicationRecorder) -> None:
    recorder.insert_events(
        [
            StoredEvent(
                originator_id=uuid4(),
                originator_version=1,
                topic=NAME,
                state=PAYLOAD + METADATA,
            )
        ]
    )
