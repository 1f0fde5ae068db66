"""`python -m tests.prove [crash] [faults] [order] [churn]`: what it takes to believe the promises.

Progress goes to standard error, tables to standard output; it fails where a promise does not hold,
and where a control that breaks one is not found out.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from tests.prove.churn import churn
from tests.prove.door import reception
from tests.prove.faults import ALONE, FAULTS
from tests.prove.order import without_lock, write_and_read
from tests.prove.points import POINTS
from tests.prove.series import Ground, controls, crash_points, faults, servers_of_own
from tests.prove.table import table_of_churn, table_of_order, table_of_series
from tests.prove.world import Servers, world

ORDER_EVENTS, CONTROL_EVENTS = 20_000, 4_000
CHURN_EVENTS, CHURN_SECONDS = 10_000, 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All points and faults, unless some are named."""

    points: Sequence[str]
    seeds: int

    def among(self, names: Sequence[str]) -> list[str]:
        """Those of these that are asked for."""
        return [name for name in names if not self.points or name in self.points]


Part: TypeAlias = Callable[[Ground, Asked], Awaitable[bool]]


async def prove_crash_points(ground: Ground, asked: Asked) -> bool:
    series = await crash_points(ground, asked.among(list(POINTS)), seeds=asked.seeds)
    series += await controls(ground)
    _show("crash points", table_of_series(series))
    return all(one.holds for one in series)


async def prove_faults(ground: Ground, asked: Asked) -> bool:
    among = asked.among(list(FAULTS))
    series = await faults(ground, [name for name in among if name not in ALONE], seeds=asked.seeds)
    for name in ALONE:
        if name in among:
            series += await faults(ground, [name], seeds=max(1, asked.seeds // 4))
    _show("faults", table_of_series(series))
    return all(one.holds for one in series)


async def prove_order(ground: Ground, _: Asked) -> bool:
    async with world(ground.servers, ground.reception, ground.folder / "order") as made:
        ground.tell(f"order: {ORDER_EVENTS} events")
        order = await write_and_read(made, ORDER_EVENTS)
    async with world(ground.servers, ground.reception, ground.folder / "unordered") as made:
        ground.tell(f"order: {CONTROL_EVENTS} events without the lock")
        await without_lock(made)
        control = await write_and_read(made, CONTROL_EVENTS)
    _show("order", table_of_order(order, control))
    return order.holds and control.loses


async def prove_churn(ground: Ground, _: Asked) -> bool:
    async with world(ground.servers, ground.reception, ground.folder / "churn") as made:
        ground.tell(f"churn: {CHURN_EVENTS} events")
        outcome = await churn(made, CHURN_EVENTS, seconds=CHURN_SECONDS, seed=1)
    _show("consumer group", table_of_churn(outcome))
    return outcome.holds and outcome.outputs_doubled > 0


PARTS: Mapping[str, Part] = {
    "crash": prove_crash_points,
    "faults": prove_faults,
    "order": prove_order,
    "churn": prove_churn,
}


async def prove(servers: Servers, folder: Path, parts: Sequence[str], asked: Asked) -> bool:
    """Whether everything that was asked for holds."""
    async with reception() as desk:
        ground = Ground(servers=servers, reception=desk, folder=folder, tell=_say)
        return all([await PARTS[part](ground, asked) for part in parts])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all without a name")
    parser.add_argument("--points", default="", help="some crash points or faults, with commas")
    parser.add_argument("--seeds", type=int, default=20, help="runs of each")
    told = parser.parse_args()
    points = [name for name in told.points.split(",") if name]
    if unknown := set(points) - {*POINTS, *FAULTS}:
        parser.error(f"unknown: {sorted(unknown)}; known: {[*POINTS, *FAULTS]}")
    asked, parts = Asked(points=points, seeds=told.seeds), told.parts or list(PARTS)
    with TemporaryDirectory(prefix="prove-") as folder, servers_of_own(Path(folder)) as servers:
        holds = asyncio.run(prove(servers, Path(folder) / "worlds", parts, asked))
    return 0 if holds else 1


def _show(title: str, text: str) -> None:
    print(f"\n{title}\n{text}", flush=True)


def _say(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
