"""A process of writers: some append as services do, others hesitate before they commit, or do not.

What is cut off in between is asked again under the same key, so that in the end every writer knows
of each of its events whether it is recorded.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Protocol
from uuid import UUID

import asyncpg
import msgspec
import uvloop

from events.sourcing.database import service_url
from events.sourcing.journal import Append, metadata_of
from events.sourcing.kernel import Kernel
from events.sourcing.settings import read_settings
from events.sourcing.transient import is_connection_lost, surely
from events.sourcing.turn import APPEND, columns_of, outcomes_of
from events.sourcing.types import Conflict
from tests.support.kernel import BODY, an_append, context

PAYLOAD = msgspec.json.encode(BODY)
LONGEST_DELAY_SECONDS = 0.008


@dataclass(slots=True, kw_only=True)
class Outcome:
    """The events that were recorded, and those that were rolled back or refused."""

    recorded: list[UUID] = field(default_factory=list)
    undone: list[UUID] = field(default_factory=list)


class RolledBack(Exception):
    """A writer thought better of it."""


class Hand(Protocol):
    """How a writer appends."""

    async def write(self, append: Append) -> None:
        """Return once it is recorded; raises `RolledBack`, `Conflict` or what went wrong."""


@dataclass(slots=True, kw_only=True)
class ServiceHand:
    """As a service appends: those who wait share a commit."""

    kernel: Kernel

    async def write(self, append: Append) -> None:
        await self.kernel.journal.append(append)


@dataclass(slots=True, kw_only=True)
class HesitantHand:
    """The same statement in a transaction that takes its time, and may be rolled back."""

    url: str
    kernel: Kernel
    chance: Random
    connection: asyncpg.Connection | None = None

    async def write(self, append: Append) -> None:
        back = self.chance.random() < 0.15
        delay = self.chance.uniform(0, LONGEST_DELAY_SECONDS) if self.chance.random() < 0.3 else 0

        async def attempt() -> None:
            async with self._connected() as connection, connection.transaction():
                rows = await connection.fetch(APPEND, self.kernel.clock(), *columns_of([append]))
                (outcome,) = outcomes_of([append], rows)
                await asyncio.sleep(delay)
                if isinstance(outcome, Exception):
                    raise outcome
                if back and not outcome.repeated:
                    raise RolledBack

        await surely(attempt)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        if self.connection is None or self.connection.is_closed():
            self.connection = await asyncpg.connect(self.url)
        try:
            yield self.connection
        except Exception as failure:
            if is_connection_lost(failure):
                self.connection.terminate()
            raise


def main(environment: Mapping[str, str]) -> None:
    """Write as many events as asked with each hand, and leave word of all of them."""
    outcomes = uvloop.run(_write(environment))
    Path(environment["OUTCOME"]).write_bytes(msgspec.json.encode(outcomes))


async def _write(environment: Mapping[str, str]) -> list[Outcome]:
    settings = read_settings(environment["SERVICE"], environment)
    kernel, name = Kernel(settings), environment["NAME"]
    url = service_url(settings.database_url, service=settings.service, role="app")
    quota = int(environment["EVENTS"])
    hands = [
        ServiceHand(kernel=kernel)
        if number % 2
        else HesitantHand(url=url, kernel=kernel, chance=Random(f"{name}/{number}/hand"))
        for number in range(int(environment["WRITERS"]))
    ]
    try:
        return await asyncio.gather(
            *(
                _writer(hand, f"{name}/{number}", quota=quota, category=settings.service)
                for number, hand in enumerate(hands)
            )
        )
    finally:
        await kernel.close()


async def _writer(hand: Hand, name: str, *, quota: int, category: str) -> Outcome:
    """Some streams are a writer's own, others are everybody's."""
    chance, outcome, versions, n = Random(name), Outcome(), Counter[str](), 0
    own = [f"{category}-{name}/{number}" for number in range(3)]
    shared = [f"{category}-shared/{number}" for number in range(4)]
    while len(outcome.recorded) < quota:
        n += 1
        stream = chance.choice(own if chance.random() < 0.8 else shared)
        append = _append(
            stream,
            at=versions[stream],
            key=f"{name}/{n}",
            events=min(chance.randint(1, 4), quota - len(outcome.recorded)),
        )
        written = await _is_written(hand, append, versions)
        kept = outcome.recorded if written else outcome.undone
        kept.extend(event.event_id for event in append.events)
    return outcome


async def _is_written(hand: Hand, append: Append, versions: Counter[str]) -> bool:
    """And where its stream stands then, as far as one can tell."""
    stream = append.events[-1].stream
    try:
        await hand.write(append)
    except RolledBack:
        return False
    except Conflict as conflict:
        versions[stream] = conflict.actual
        return False
    except asyncpg.UniqueViolationError:
        # Only without the lock: somebody else was writing the same version at the same time.
        versions[stream] += 1
        return False
    versions[stream] = append.events[-1].version
    return True


def _append(stream: str, *, at: int, key: str, events: int) -> Append:
    bare = an_append(stream, at=at, key=key, events=events)
    metadata = metadata_of(context(key))
    told = [replace(event, payload=PAYLOAD, metadata=metadata) for event in bare.events]
    return replace(bare, events=told)
