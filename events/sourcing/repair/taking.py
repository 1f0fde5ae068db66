"""Takes what is parked of one stream again, in order, while its reader goes on with the others."""

from typing import TypeAlias

from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.parking import Place
from events.sourcing.repair.again import FromJournal, FromTopic, Source
from events.sourcing.repair.held import Rows, locked_at
from events.sourcing.replay import Replayed, replay
from events.sourcing.standing import hold_topic
from events.sourcing.timers import READER as TIMERS
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Refused

AT_ONCE = 50
"""Events in one commit: what a process sends because of them is sent again if it dies before."""

Following: TypeAlias = JournalReader | TopicReader


def following(kernel: Kernel, place: Place) -> Following | None:
    """The reader, `None` for the timers; refused where this service has none of that name."""
    name = place[0]
    if name == TIMERS and kernel.timers is not None:
        return None
    reader = kernel.readers.get(name)
    if not isinstance(reader, JournalReader | TopicReader):
        raise Refused("reader-not-found")
    return reader


async def take_again(kernel: Kernel, place: Place) -> int:
    """How many were taken; what fails stands where it stood, and the later ones behind it.

    What is committed on the way stays so. Raises what a passing fault raised.
    """
    reader = following(kernel, place)
    if reader is None:
        return await _fire(kernel, place)
    source, taken, after = _source(kernel, reader, place), 0, 0
    while True:
        rows, replayed = await _take_some(kernel, reader, place, source=source, after=after)
        taken += len(replayed.done)
        if replayed.stuck or not rows:
            return taken
        after = rows[-1].version


def _source(kernel: Kernel, reader: Following, place: Place) -> Source:
    _, topic, stream = place
    if isinstance(reader, TopicReader):
        return FromTopic(reader.intake, topic)
    return FromJournal(kernel.desk, stream)


async def _take_some(
    kernel: Kernel, reader: Following, place: Place, *, source: Source, after: int
) -> tuple[Rows, Replayed]:
    """One commit; while it lasts, the reader takes nothing of the topic."""
    name, topic, _ = place
    async with kernel.engine.begin() as connection:
        await hold_topic(connection, name, topic)
        rows = await locked_at(connection, place, limit=AT_ONCE, after=after)
        if not rows:
            return rows, Replayed(done=[], stuck=False)
        replayed = await replay(reader.applier, connection, topic, await source.items(rows))
    await reader.tell(replayed.done)
    return rows, replayed


async def _fire(kernel: Kernel, place: Place) -> int:
    """A command that was kept for later stands alone: nothing waits behind it."""
    if kernel.timers is None:
        raise Refused("reader-not-found")
    async with kernel.engine.begin() as connection:
        rows = await locked_at(connection, place, limit=1)
        fired = [await kernel.timers.fire_parked(connection, row) for row in rows]
    return sum(fired)
