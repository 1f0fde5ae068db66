"""Which topics of the cluster a reader's checkpoints are about: a topic made anew is another one.

An offset says nothing about a topic that only bears the same name, and the order of a stream is
kept within a partition alone. So whoever follows a topic remembers its id and its partitions.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.kernel_tables import checkpoint, followed_topic
from events.sourcing.standstill import StandsStill
from events.sourcing.topics import Shape, Topics

MADE_ANEW = (
    "publish it again (python -m events.sourcing.restore republish SERVICE), then let this reader"
    " begin there and keep what it has seen (python -m services.NAME follow-anew READER), or"
    " rebuild it"
)
DIVIDED = (
    "make the topic anew with its listed number of partitions (python -m events.sourcing.prepare)"
    f" and {MADE_ANEW}"
)
GONE = f"make it anew (python -m events.sourcing.prepare), {MADE_ANEW}"


class Followed:
    """What one reader knows of its topics, held against what the cluster has."""

    def __init__(
        self, engine: AsyncEngine, topics: Topics, *, reader: str, names: Sequence[str]
    ) -> None:
        self._engine = engine
        self._topics = topics
        self._reader = reader
        self._names = names
        self._rows = select(followed_topic).where(
            followed_topic.c.reader == reader, followed_topic.c.topic.in_(names)
        )
        self._known: Mapping[str, Shape] = {}
        self._found: Mapping[str, Shape] = {}

    async def check(self) -> None:
        """Remember what is new; raises `StandsStill` for a topic made anew or gone."""
        found = await self._topics.shapes(self._names)
        known = await self._stored()
        for name, shape in known.items():
            if name not in found:
                raise StandsStill(f"{name} is gone from Kafka", remedy=GONE)
            if found[name].topic_id != shape.topic_id:
                reason = f"{name} was deleted and made anew: it is not what was read up to here"
                raise StandsStill(reason, remedy=MADE_ANEW)
        await self._remember({name: found[name] for name in found.keys() - known.keys()})
        self._known, self._found = {**found, **known}, found

    def check_partition(self, topic: str, partition: int) -> None:
        """Raises `StandsStill` for records in a partition that the topic did not have at first.

        Keys have moved then, and a later event of a stream may be read before an earlier one.
        """
        known = self._known[topic].partitions
        if partition >= known:
            reason = f"{topic} was divided anew: events came to partition {partition} of {known}"
            raise StandsStill(reason, remedy=DIVIDED)

    def note(self) -> str | None:
        """What an operator should know although nothing is wrong."""
        grown = [
            f"{name} has {self._found[name].partitions} partitions, {shape.partitions} are used"
            for name, shape in sorted(self._known.items())
            if self._found[name].partitions > shape.partitions
        ]
        return "; ".join(grown) or None

    async def _stored(self) -> dict[str, Shape]:
        async with self._engine.connect() as connection:
            rows = (await connection.execute(self._rows)).all()
        return {row.topic: Shape(topic_id=row.topic_id, partitions=row.partitions) for row in rows}

    async def _remember(self, shapes: Mapping[str, Shape]) -> None:
        if not shapes:
            return
        rows = [
            {
                "reader": self._reader,
                "topic": name,
                "topic_id": shape.topic_id,
                "partitions": shape.partitions,
            }
            for name, shape in sorted(shapes.items())
        ]
        async with self._engine.begin() as connection:
            await connection.execute(insert(followed_topic).values(rows).on_conflict_do_nothing())


async def follow_anew(
    engine: AsyncEngine, topics: Topics, *, reader: str, names: Sequence[str]
) -> list[str]:
    """Let a reader begin again on every topic that was made anew; which ones.

    The versions it has seen stay: what it has applied is not applied again, and what comes then
    must follow on it.
    """
    found = await topics.shapes(names)
    async with engine.begin() as connection:
        rows = await connection.execute(
            select(followed_topic).where(followed_topic.c.reader == reader).with_for_update()
        )
        anew = [
            row.topic
            for row in rows
            if row.topic in found and found[row.topic].topic_id != row.topic_id
        ]
        for table in (checkpoint, followed_topic):
            await connection.execute(
                delete(table).where(table.c.reader == reader, table.c.topic.in_(anew))
            )
    return anew
