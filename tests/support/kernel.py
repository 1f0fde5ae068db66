"""Kernels on databases of their own, and a rule book that says yes to almost anything."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4, uuid5

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.sample import NOON, sample
from events.catalog.body import BodyEstablished
from events.catalog.names import all_names
from events.catalog.talent import TalentRegistered
from events.sourcing.clock import SimulatedClock
from events.sourcing.codec import Codec
from events.sourcing.database import database_of, prepare_database, service_url
from events.sourcing.decider import Decider
from events.sourcing.desk import Desk
from events.sourcing.journal import Append, Journal, NewEvent, event_id_of
from events.sourcing.kernel import Kernel
from events.sourcing.rebuild import rebuild
from events.sourcing.sealing import MemoryKeyring
from events.sourcing.settings import Settings, known_services
from events.sourcing.types import Context, OnDuty, Refused

NOWHERE = "127.0.0.1:1"
KEK = bytes(range(32))
BODY = sample(BodyEstablished)
PERSON = sample(TalentRegistered, talent_id="t-1", full_name="张伟", identity_number="secret-7")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Record these events, whatever was recorded before."""

    events: tuple[object, ...] = (BODY,)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOnce:
    """Record this event as the first of its stream, or be refused."""

    event: object = BODY


def decide(command: Note | NoteOnce, noted: int) -> Sequence[object]:
    match command:
        case Note():
            return command.events
        case NoteOnce():
            if noted:
                raise Refused("noted-before")
            return [command.event]


note: Decider[Note | NoteOnce, int, object] = Decider("note", 0, decide, lambda noted, _: noted + 1)


def context(key: str | None = None, *, actor: str = "clerk", body: bytes = b"") -> Context:
    """Where a command comes from; without a key it is a new one each time."""
    key = key or str(uuid4())
    command_id = uuid5(UUID(int=0), f"{actor}/{key}")
    return Context(
        command_id=command_id,
        actor=actor,
        correlation_id=str(command_id),
        causation_id=None,
        idempotency_key=key,
        target="POST /notes",
        fingerprint=body,
    )


def desk_of(journal: Journal) -> Desk:
    """A service that keeps notes, with nothing but this journal behind it."""
    return Desk(service="notes", journal=journal, codec=Codec(all_names()), keyring=MemoryKeyring())


def an_append(
    *streams: str,
    at: int = 0,
    key: str | None = None,
    target: str = "POST /notes",
    body: bytes = b"",
    events: int = 1,
    name: str = "body.established.v1",
    on_duty: OnDuty | None = None,
) -> Append:
    """An append of some events to each stream, all of which are expected at version `at`."""
    key = key or str(uuid4())
    command_id = uuid5(UUID(int=1), key)
    places = [(stream, at + n) for stream in streams for n in range(1, events + 1)]
    return Append(
        actor="clerk",
        key=key,
        target=target,
        body=body,
        expected=dict.fromkeys(streams, at),
        events=[
            NewEvent(
                stream=stream,
                version=version,
                event_id=event_id_of(command_id, ordinal),
                name=name,
                payload=b"{}",
                metadata=b"{}",
            )
            for ordinal, (stream, version) in enumerate(places)
        ],
        on_duty=on_duty,
    )


@dataclass(slots=True, kw_only=True)
class Workplace:
    """A service that nobody knows, with its own database and its own stream category."""

    server_url: str
    bootstrap: str
    service: str
    folder: Path
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(NOON))
    kernels: list[Kernel] = field(default_factory=list)

    @property
    def topic(self) -> str:
        return f"{self.service}.events"

    def stream(self, name: object) -> str:
        return f"{self.service}-{name}"

    def url(self, role: str = "app") -> str:
        return service_url(self.server_url, service=self.service, role=role)

    def settings(self) -> Settings:
        return Settings(
            service=self.service,
            database_url=self.server_url,
            bootstrap=self.bootstrap,
            secret=b"secret",
            kek_file=self.folder / "kek",
            clock=self.clock,
            otlp_endpoint=None,
            host="127.0.0.1",
            port=1,
            peers=dict.fromkeys(known_services(), f"http://{NOWHERE}"),
        )

    def kernel(self, **more: Any) -> Kernel:
        """One process of the service, as far as anyone can tell."""
        kernel = Kernel(self.settings(), **more)
        self.kernels.append(kernel)
        return kernel

    @asynccontextmanager
    async def connected(self, role: str = "owner") -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.url(role))
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def superuser(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(f"{self.server_url}{database_of(self.service)}")
        try:
            yield connection
        finally:
            await connection.close()

    async def fetch(self, statement: str, *values: object) -> list[asyncpg.Record]:
        async with self.connected() as connection:
            found: list[asyncpg.Record] = await connection.fetch(statement, *values)
            return found

    async def create_topic(self, name: str | None = None, *, partitions: int = 2) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(name or self.topic, partitions, 1)])
        finally:
            await admin.close()


@asynccontextmanager
async def workplace(server_url: str, bootstrap: str = NOWHERE) -> AsyncIterator[Workplace]:
    """A workplace that is gone afterwards."""
    service = f"t{uuid4().hex[:12]}"
    await prepare_database(server_url, service)
    with TemporaryDirectory() as folder:
        place = Workplace(
            server_url=server_url, bootstrap=bootstrap, service=service, folder=Path(folder)
        )
        (place.folder / "kek").write_bytes(KEK)
        try:
            yield place
        finally:
            for kernel in place.kernels:
                await kernel.sender.close()
                await kernel.close()
            await _drop(server_url, service)


async def _drop(server_url: str, service: str) -> None:
    admin = await asyncpg.connect(server_url)
    try:
        await admin.execute(f"DROP DATABASE {database_of(service)} WITH (FORCE)")
    finally:
        await admin.close()


@asynccontextmanager
async def in_background(work: Awaitable[None]) -> AsyncIterator[None]:
    """A loop that runs meanwhile."""
    running = asyncio.ensure_future(work)
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def connected(engine: AsyncEngine) -> None:
    """Before that nothing may die: SQLAlchemy would leave the connection open that it makes."""
    async with engine.connect():
        pass


async def rebuilt(kernel: Kernel, name: str) -> None:
    """What `make rebuild` does, in a process of its own: build anew, and let go of everything."""
    try:
        await rebuild(kernel, name, report=lambda _: None)
    finally:
        await kernel.close()


async def until(
    true: Callable[[], Awaitable[bool]], *, seconds: float = 30, every: float = 0.02
) -> None:
    """Look again and again until it is true; fail when that takes too long."""
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110 - what is looked at is not ours to signal
            await asyncio.sleep(every)
