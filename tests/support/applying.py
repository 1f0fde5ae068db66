"""A reader on a database in memory, fed by hand, with sound, bad and void items."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Executable

from events.sourcing.applier import Applier
from events.sourcing.batches import Batch, Failed, Item, Retraction
from events.sourcing.given_up import NOTHING, GivenUp
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import applied, parked
from events.sourcing.projector import create_tables
from events.sourcing.replay import replay
from events.sourcing.types import Recorded
from tests.support.applier_suite import TABLES, project
from tests.support.in_memory import an_event, play, rows_of

TOPIC, STREAM = "note.events", "note-1"


class Reader:
    """Applies what it is given to one partition, batch after batch."""

    def __init__(
        self,
        kernel: Kernel,
        *,
        name: str = "sums",
        newest_wins: bool = False,
        gated: bool = True,
        can_be_rebuilt: bool = True,
        given_up: GivenUp = NOTHING,
    ) -> None:
        self.kernel = kernel
        self.next = 0
        self.taken: list[tuple[str, int]] = []
        self.applier = Applier(
            kernel.engine,
            reader=name,
            take=self._take,
            clock=kernel.clock,
            gated=gated,
            newest_wins=[TOPIC] if newest_wins else [],
            can_be_rebuilt=can_be_rebuilt,
            given_up=given_up,
        )

    async def _take(self, recorded: Recorded[Any]) -> Sequence[Executable]:
        self.taken.append((recorded.stream, recorded.version))
        return project(recorded)

    def batch(self, *items: Item, topic: str = TOPIC, partition: int = 0) -> Batch:
        return Batch(
            topic=topic,
            partition=partition,
            start=self.next,
            end=self.next + len(items),
            items=items,
        )

    async def feed(self, *items: Item) -> list[int]:
        """The versions that were applied."""
        batch = self.batch(*items)
        done = await self.applier.apply(batch)
        self.next = batch.end
        return [recorded.version for recorded in done]

    async def parked(self) -> list[tuple[int, str]]:
        return [(row["version"], row["class_"]) for row in await rows_of(self.kernel, parked)]

    async def stands(self) -> list[tuple[str, int, int | None]]:
        return [
            (row["stream"], row["version"], row["position"])
            for row in await rows_of(self.kernel, applied)
        ]

    async def release(self, *items: Item) -> tuple[list[int], bool]:
        async with self.kernel.engine.begin() as connection:
            replayed = await replay(self.applier, connection, TOPIC, items)
        return [recorded.version for recorded in replayed.done], replayed.stuck


def item(version: int, *, position: int = 0, stream: str = STREAM, bad: bool = False) -> Item:
    name = "note.poisoned.v1" if bad else "note.taken.v1"
    recorded = an_event(stream, version, position=position, name=name)
    return Item(stream=stream, version=version, recorded=recorded, came=b"%d" % version)


def unreadable(version: int, kind: str = "undecodable") -> Item:
    return replace(item(version), recorded=Failed(kind=kind, reason="X"), came=b"bad")


def void(version: int, position: int, *, behind: int = 0, is_last: bool = True) -> Item:
    """Takes back the event at this position of the journal."""
    retraction = Retraction(
        service="notes",
        event_id=UUID(int=position),
        position=position,
        behind=behind or position,
        is_last=is_last,
    )
    return replace(item(version), retraction=retraction)


Scene: TypeAlias = Callable[[Reader], Coroutine[Any, Any, None]]


def with_a_reader(**made: Any) -> Callable[[Scene], Callable[[], None]]:
    """The test is told on a database in memory, with a reader that is made so."""

    def told(scene: Scene) -> Callable[[], None]:
        async def on(kernel: Kernel) -> None:
            await create_tables(kernel.engine, TABLES)
            await scene(Reader(kernel, **made))

        def test() -> None:
            play(on)

        test.__name__ = scene.__name__
        return test

    return told
