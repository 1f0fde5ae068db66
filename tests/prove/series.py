"""One crash point or fault after the other, several at the same time, each with all its seeds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TypeAlias

from tests.prove.controls import CONTROLS
from tests.prove.crash import crash
from tests.prove.door import Reception
from tests.prove.faults import disturb
from tests.prove.points import LISTENER, SPEAKER, points_of
from tests.prove.verdict import Verdict
from tests.prove.world import Servers, World, world
from tests.support.servers import kafka_of_own, postgres_of_own

SESSION_MS = 1500
AT_ONCE = 4

Once: TypeAlias = Callable[[World, str, int], Awaitable[Verdict]]
Plan: TypeAlias = Sequence[tuple[str, int]]
Tell: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What came of one point: the verdict over all its runs, or why there is none."""

    name: str
    runs: int
    verdict: Verdict
    seconds: float
    trouble: str = ""
    control: str = ""

    @property
    def holds(self) -> bool:
        """Of a control: whether it was found out by the figure in which it shows."""
        if self.control:
            return not self.trouble and getattr(self.verdict, CONTROLS[self.control][1]) > 0
        return not self.trouble and self.verdict.holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where the series take place, and who is told how they go."""

    servers: Servers
    reception: Reception
    folder: Path
    tell: Tell


@contextmanager
def servers_of_own(folder: Path) -> Iterator[Servers]:
    """A durable PostgreSQL, and a Kafka that soon gives up a member that fell silent."""
    hasty = {"group.min.session.timeout.ms": str(SESSION_MS)}
    with (
        postgres_of_own(folder / "postgres") as postgres,
        kafka_of_own(folder / "kafka", hasty) as kafka,
    ):
        yield Servers(
            postgres=postgres.address,
            kafka=kafka.address,
            session_ms=SESSION_MS,
            own=(postgres, kafka),
        )


async def crash_points(ground: Ground, points: Iterable[str], *, seeds: int) -> list[Series]:
    """Every one of these points, with every seed, in a world of its own."""
    return await _at_once(ground, crash, {point: _all(point, seeds) for point in points})


async def sample_of_crash_points(ground: Ground) -> list[Series]:
    """Every point once, many in the same world."""
    speaking, others = points_of(SPEAKER), AT_ONCE - 1
    hands = [*(speaking[n::others] for n in range(others)), points_of(LISTENER)]
    return await _at_once(
        ground, crash, {", ".join(hand): [(point, 0) for point in hand] for hand in hands}
    )


async def faults(ground: Ground, names: Iterable[str], *, seeds: int) -> list[Series]:
    """Every one of these faults, with every seed."""
    return await _at_once(ground, disturb, {name: _all(name, seeds) for name in names})


async def controls(ground: Ground) -> list[Series]:
    """Every broken promise, once."""
    return await asyncio.gather(
        *(
            _series(ground, point, crash, [(point, 0)], control=control)
            for control, (point, _) in CONTROLS.items()
        )
    )


def _all(name: str, seeds: int) -> Plan:
    return [(name, seed) for seed in range(seeds)]


async def _at_once(ground: Ground, once: Once, plans: Mapping[str, Plan]) -> list[Series]:
    room = asyncio.Semaphore(AT_ONCE)

    async def in_turn(name: str, plan: Plan) -> Series:
        async with room:
            return await _series(ground, name, once, plan)

    return await asyncio.gather(*(in_turn(name, plan) for name, plan in plans.items()))


async def _series(
    ground: Ground, name: str, once: Once, plan: Plan, *, control: str = ""
) -> Series:
    began, runs, verdict, trouble = monotonic(), 0, Verdict(), ""
    folder = ground.folder / (control or plan[0][0])
    try:
        async with world(ground.servers, ground.reception, folder, control=control) as made:
            for point, seed in plan:
                verdict = await once(made, point, seed)
                runs += 1
                ground.tell(f"{control or point} {seed}: {verdict}")
                if not verdict.holds:
                    break
    except Exception as failure:  # noqa: BLE001 - the other series go on; this one has failed
        trouble = f"{type(failure).__name__}: {failure}"
        ground.tell(f"{control or name}: {trouble}")
    return Series(
        name=name,
        runs=runs,
        verdict=verdict,
        seconds=monotonic() - began,
        trouble=trouble,
        control=control,
    )
