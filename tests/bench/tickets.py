"""A concierge's record of many tickets, some thousands of which are open at any time."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from contracts.sample import sample
from events.catalog.ticket import (
    CalendarAwaited,
    FirstResponseBreached,
    ResolutionBreached,
    ResolutionPromised,
    TicketAccepted,
    TicketAnswered,
    TicketOpened,
    TicketRated,
    TicketResolved,
)
from events.sourcing.journal import Append, NewEvent, event_id_of, metadata_of
from events.sourcing.kernel import Kernel
from events.sourcing.sealing import Keys
from events.sourcing.types import Context
from tests.bench.figures import say

LIFE = tuple(
    sample(kind)
    for kind in (
        TicketOpened,
        CalendarAwaited,
        TicketAccepted,
        FirstResponseBreached,
        TicketAnswered,
        ResolutionPromised,
        TicketAnswered,
        ResolutionBreached,
        TicketResolved,
        TicketRated,
    )
)
PEOPLE = 2_000
OPEN_AT_ONCE = 2_000
AT_ONCE = 5_000
"""Events in one append."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that happened to one ticket."""

    stream: str
    version: int
    event: Any


def lives(tickets: int) -> Iterator[Told]:
    """Every ticket from its opening to its rating, those open at the same time in any order."""
    chance = random.Random(7)
    waiting = iter(range(tickets))
    under_way = [iter(_life(number)) for number in islice(waiting, OPEN_AT_ONCE)]
    while under_way:
        place = chance.randrange(len(under_way))
        told = next(under_way[place], None)
        if told is not None:
            yield told
        elif (number := next(waiting, None)) is not None:
            under_way[place] = iter(_life(number))
        else:
            under_way[place] = under_way[-1]
            under_way.pop()


def _life(number: int) -> Iterator[Told]:
    ticket, talent = f"{number:06d}", f"talent-{number % PEOPLE}"
    for version, event in enumerate(LIFE, start=1):
        happened = replace(event, ticket_id=ticket, talent_id=talent)
        yield Told(stream=f"ticket-{ticket}", version=version, event=happened)


async def record(kernel: Kernel, tickets: int) -> int:
    """Fill a journal with these lives; how many events there are."""
    keys = await kernel.keyring.make(f"talent-{number}" for number in range(PEOPLE))
    telling = lives(tickets)
    recorded = 0
    while some := list(islice(telling, AT_ONCE)):
        events = [_sealed(kernel, told, keys) for told in some]
        await kernel.journal.append(_append(events, key=str(recorded)))
        recorded += len(some)
        if recorded % 100_000 == 0:
            say(f"tickets: {recorded} events recorded")
    return recorded


def _sealed(kernel: Kernel, told: Told, keys: Keys) -> NewEvent:
    command_id = uuid5(UUID(int=0), told.stream)
    event_id = event_id_of(command_id, told.version)
    return NewEvent(
        stream=told.stream,
        version=told.version,
        event_id=event_id,
        name=kernel.codec.name_of(told.event),
        payload=kernel.codec.encode(told.event, event_id=event_id, keys=keys),
        metadata=metadata_of(_context(command_id)),
    )


def _context(command_id: UUID) -> Context:
    return Context(
        command_id=command_id,
        actor="clerk",
        correlation_id=str(command_id),
        causation_id=None,
        idempotency_key=str(command_id),
        target="POST /tickets",
    )


def _append(events: Sequence[NewEvent], *, key: str) -> Append:
    expected: dict[str, int] = {}
    for event in events:
        expected.setdefault(event.stream, event.version - 1)
    return Append(
        actor="bench", key=key, target="POST /tickets", body=b"", expected=expected, events=events
    )
