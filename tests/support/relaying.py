"""A relay on a database in memory, and a bus that takes what it sends."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import text

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.catalog.talent import FactsStated
from events.sourcing.bus import Record
from events.sourcing.kernel import Kernel
from events.sourcing.relay import Relay, nothing_to_check
from events.sourcing.types import Published, WholeState
from events.sourcing.wake import Wake
from tests.support.kernel import BODY, Note, context, note

PUBLISHED = {BodyEstablished: Published(classification="public", fields=("body_id",))}
STATES = {FactsStated: WholeState(topic="talent.facts", key="talent_id")}
FACTS = sample(FactsStated)
WHOLE_LEASE = 3.4
"""Seconds until a lease is over: the simulated database's clock runs three times as fast."""


class Bus:
    """Takes records; `before` happens while it is asked to."""

    def __init__(self) -> None:
        self.sent: list[list[str]] = []
        self.records: list[Record] = []
        self.asked_at: list[float] = []
        self.before: Callable[[], Awaitable[None]] = nothing_to_check

    async def send(self, records: list[Record]) -> None:
        self.asked_at.append(asyncio.get_running_loop().time())
        await self.before()
        self.records += records
        self.sent.append([header(record, "ce_sequence").lstrip("0") for record in records])


def header(record: Record, name: str) -> str:
    return dict(record.headers)[name].decode()


def a_relay(kernel: Kernel, bus: Bus, **more: object) -> Relay:
    made = {"published": PUBLISHED, "states": STATES, "wake": Wake(), **more}
    return Relay(kernel.ground.journal_engine, kernel.tail, bus, **made)  # type: ignore[arg-type]


async def noted(kernel: Kernel, *streams: str, events: tuple[object, ...] = (BODY,)) -> None:
    for stream in streams:
        await kernel.handle(note, stream, Note(events=events), context())


async def claimed(relay: Relay) -> int:
    claim = await relay._claim()
    assert claim is not None
    relay.position, token = claim
    return token


async def pointer(kernel: Kernel) -> int:
    async with kernel.engine.connect() as connection:
        found = await connection.execute(text("SELECT position FROM relay_pointer"))
        return int(found.first().position)  # type: ignore[union-attr]


async def down() -> None:
    """Nobody answers."""
    raise ConnectionRefusedError
