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
    """Which event fills the streams, how long they become, and who reads how much of them."""

    name: str
    event: Any
    lengths: Sequence[int]
    decider: Decider[Any, Any, Any] = note


SHORT_ONES = Case(name="short", event=SHORT, lengths=(10, 100, 1_000, 10_000))
LONG_ONES = Case(name="long", event=LONG, lengths=(10, 100, 1_000))
LAST_OF_LONG = replace(LONG_ONES, name="last-of-long", decider=BY_THE_LAST)


def measure() -> Iterator[Figure]:
    """Milliseconds; short events are an answer of some words, long ones a list with its reasons."""
    with (
        TemporaryDirectory(prefix="concord-bench-") as folder,
        postgres_of_own(Path(folder)) as server,
    ):
        short, long, last = (
            uvloop.run(_waits(server.address, case))
            for case in (SHORT_ONES, LONG_ONES, LAST_OF_LONG)
        )
    for name, waits in (("short", short), ("long", long)):
        for length, wait in waits.items():
            yield Figure(figure=f"record.handle-{name}-{length}", value=wait, unit="ms")
        yield Figure(figure=f"record.{name}-doubles-at", value=_doubles(waits), unit="events")
    length = max(last)
    yield Figure(
        figure=f"record.handle-last-of-{length}",
        value=last[length],
        unit="ms",
        peer="folding all of them",
        peer_value=long[length],
        better="less",
    )


def _doubles(waits: Mapping[int, float]) -> float:
    """The length at which reading and folding take as long as all the rest."""
    shortest, longest = min(waits), max(waits)
    each = (waits[longest] - waits[shortest]) / (longest - shortest)
    return (waits[shortest] - each * shortest) / each


async def _waits(server_url: str, case: Case) -> Mapping[int, float]:
    async with workplace(server_url) as place:
        kernel = place.kernel()
        return {length: await _wait(kernel, case, length) for length in case.lengths}


async def _wait(kernel: Kernel, case: Case, length: int) -> float:
    stream = f"note-{length}"
    for begun in range(0, length, AT_ONCE):
        some = Note(events=(case.event,) * min(AT_ONCE, length - begun))
        await kernel.handle(BY_THE_LAST, stream, some, context())
    waits = [await _turn(kernel, case, stream) for _ in range(TURNS)]
    say(f"handle, {case.name}: {length} events, {median(waits):.1f} ms")
    return median(waits)


async def _turn(kernel: Kernel, case: Case, stream: str) -> float:
    began = time.perf_counter()
    await kernel.handle(case.decider, stream, Note(events=(case.event,)), context())
    return (time.perf_counter() - began) * 1000
