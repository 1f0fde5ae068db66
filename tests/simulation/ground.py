"""What a simulated process stands on: its service's database in memory, and the broker."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, TypeVar, cast
from uuid import UUID, uuid5

from events.sourcing.ground import Ground
from events.sourcing.listed_topics import listed_partitions
from events.sourcing.store import PostgresJournal
from events.sourcing.topic_reader import Source
from events.sourcing.topics import Shape
from tests.simulation.bus import Broker, Sender, open_consumer
from tests.simulation.database.engine import Engine
from tests.simulation.life import Life

T = TypeVar("T")

NEVER_MADE_ANEW = UUID(int=7)


class AlwaysThere:
    """The topics of a broker on which none is ever made anew."""

    async def shapes(self, names: Sequence[str]) -> Mapping[str, Shape]:
        return {name: _shape(name) for name in names}

    async def close(self) -> None:
        """Nothing was opened."""


@cache
def _shape(name: str) -> Shape:
    partitions = listed_partitions()[name]
    return Shape(topic_id=uuid5(NEVER_MADE_ANEW, name), partitions=partitions)


class NothingRestored:
    """Nobody restores a simulated journal, so there is nothing to compare it with."""

    def __init__(self, *_: object, **__: object) -> None:
        """Whatever it is made for."""

    async def settle(self) -> None:
        """All is well."""

    async def open(self, journal: PostgresJournal) -> None:
        """Appends need not wait."""
        journal.release()


async def at_once(work: Callable[[], T]) -> T:
    """Time stands still while something is worked out."""
    return work()


class Apart:
    """The process apart is this one: what it remembers of anybody changes no answer."""

    async def __call__(self, work: Callable[[], T]) -> T:
        return await at_once(work)

    async def end(self) -> None:
        """There is none to end."""


def lay(broker: Broker, life: Life) -> Ground:
    """For one process, from its start to its end."""
    return Ground(
        engine=cast("Any", Engine(life.server, life)),
        journal_engine=cast("Any", Engine(life.server, life, autocommit=True)),
        sender=Sender(broker, life),
        source=Source(
            bootstrap="",
            topics=cast("Any", AlwaysThere()),
            open_consumer=partial(open_consumer, broker, life),
        ),
        keep_account=NothingRestored,
        aside=at_once,
        apart=Apart(),
    )
