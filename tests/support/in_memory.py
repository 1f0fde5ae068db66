"""A kernel on a simulated database, so that what needs one can be tested without a server."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Executable, Table, select

from contracts.sample import NOON
from events.sourcing.clock import SimulatedClock
from events.sourcing.kernel import Kernel
from events.sourcing.memory_bus import MemoryBus
from events.sourcing.settings import Settings
from events.sourcing.types import Recorded
from tests.simulation.bus import Broker
from tests.simulation.database.server import Server
from tests.simulation.fate import CalmFate
from tests.simulation.ground import lay
from tests.simulation.life import Life
from tests.simulation.loop import run
from tests.support.kernel import KEK

Scene: TypeAlias = Callable[[Kernel], Coroutine[Any, Any, None]]


def play(scene: Scene) -> None:
    """What happens with a kernel, in no time; whoever waits for what never comes fails."""
    with TemporaryDirectory() as folder:
        kek_file = Path(folder) / "kek"
        kek_file.write_bytes(KEK)
        run(_played(scene, kek_file))


def in_memory(scene: Scene) -> Callable[[], None]:
    """A test of this name in which it happens."""

    def test() -> None:
        play(scene)

    test.__name__ = scene.__name__
    return test


async def _played(scene: Scene, kek_file: Path) -> None:
    await scene(kernel_in_memory(kek_file, SimulatedClock(NOON)))


def kernel_in_memory(kek_file: Path, clock: SimulatedClock) -> Kernel:
    """One process of a service that nobody knows."""
    life, broker = Life("notes", 1, Server(), CalmFate()), Broker(MemoryBus({}), Random(0))
    return Kernel(
        Settings(
            service="notes",
            database_url="postgresql://nobody@nowhere",
            bootstrap="nowhere",
            secret=b"secret",
            kek_file=kek_file,
            clock=clock,
            otlp_endpoint=None,
            host="nowhere",
            port=0,
            peers={},
            lay=lambda **_: lay(broker, life),
        )
    )


async def rows_of(kernel: Kernel, table: Table) -> list[dict[str, Any]]:
    """Everything in a table, by its key."""
    async with kernel.engine.connect() as connection:
        found = await connection.execute(select(table).order_by(*table.primary_key.columns))
        names = [column.key for column in table.columns]
        return [dict(zip(names, row, strict=True)) for row in found]


async def execute(kernel: Kernel, statement: Executable) -> None:
    """As somebody else would, between two steps of the scene."""
    async with kernel.engine.begin() as connection:
        await connection.execute(statement)


def an_event(stream: str, version: int, *, position: int = 0, **more: Any) -> Recorded[Any]:
    """As it arrives; its id follows from its place."""
    position = position or version
    said: dict[str, Any] = {
        "event": None,
        "name": "note.taken.v1",
        "event_id": UUID(int=position),
        "service": "notes",
        "recorded_at": NOON,
        "actor": "clerk",
        "correlation_id": "c",
        "causation_id": None,
    }
    return Recorded(stream=stream, version=version, position=position, **(said | more))
