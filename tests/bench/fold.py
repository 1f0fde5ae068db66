"""How long a command takes on a stream of many events, read from the first or by its last alone."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import uvloop

from contracts.sample import sample
from events.catalog.match import MatchProposed, RankedDemand, Reason
from events.catalog.ticket import TicketAnswered
from events.sourcing.decider import Decider
from events.sourcing.kernel import Kernel
from tests.bench.figures import Figure, say
from tests.support.kernel import Note, context, note, workplace
from tests.support.servers import postgres_of_own

AT_ONCE = 500
TURNS = 15

_REASONS = tuple(sample(Reason, number=number) for number in range(6))
_DEMANDS = tuple(
    replace(sample(RankedDemand, number=number), reasons=_REASONS) for number in range(5)
)
SHORT = sample(TicketAnswered)
LONG = sample(MatchProposed, demands=_DEMANDS)
BY_THE_LAST = replace(note, last_says_all=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Which event fills the streams, and how long they become."""

    name: str
    event: Any
    lengths: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Of commands on streams of one length, in turns."""

    folding: float
    by_last: float


CASES = (
    Case(name="short", event=SHORT, lengths=(10, 100, 1_000, 10_000)),
    Case(name="long", event=LONG, lengths=(10, 100, 1_000)),
)


def measure() -> Iterator[Figure]:
    """Milliseconds; short events are an answer of some words, long ones a list with its reasons."""
    with (
        TemporaryDirectory(prefix="concord-bench-") as folder,
        postgres_of_own(Path(folder)) as server,
    ):
        for case in CASES:
            yield from _figures(case, uvloop.run(_waits(server.address, case)))


def _figures(case: Case, waits: Mapping[int, Waits]) -> Iterator[Figure]:
    for length, wait in waits.items():
        yield Figure(
            figure=f"record.handle-{case.name}-{length}",
            value=wait.folding,
            unit="ms",
            peer="reading the last event alone",
            peer_value=wait.by_last,
            better="less",
        )
    yield Figure(figure=f"record.{case.name}-doubles-at", value=_doubles(waits), unit="events")


def _doubles(waits: Mapping[int, Waits]) -> float:
    """The length at which reading and folding take as long as all the rest."""
    length = max(waits)
    each = (waits[length].folding - waits[length].by_last) / length
    return waits[length].by_last / each


async def _waits(server_url: str, case: Case) -> Mapping[int, Waits]:
    async with workplace(server_url) as place:
        kernel = place.kernel()
        return {length: await _at_length(kernel, case, length) for length in case.lengths}


async def _at_length(kernel: Kernel, case: Case, length: int) -> Waits:
    stream = f"note-{length}"
    for begun in range(0, length, AT_ONCE):
        some = Note(events=(case.event,) * min(AT_ONCE, length - begun))
        await kernel.handle(BY_THE_LAST, stream, some, context())
    turns = [
        [await _turn(kernel, d, stream, case.event) for d in (note, BY_THE_LAST)]
        for _ in range(TURNS)
    ]
    folding, by_last = map(median, zip(*turns, strict=True))
    say(f"handle, {case.name}: {length} events, {folding:.1f} ms, by the last {by_last:.1f} ms")
    return Waits(folding=folding, by_last=by_last)


async def _turn(
    kernel: Kernel, decider: Decider[Any, Any, Any], stream: str, event: object
) -> float:
    began = time.perf_counter()
    await kernel.handle(decider, stream, Note(events=(event,)), context())
    return (time.perf_counter() - began) * 1000
