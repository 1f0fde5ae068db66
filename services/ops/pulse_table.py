"""The pulse as the ops service keeps it: a copy of the topic's newest figures."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Executable,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import insert

from services.ops.pulse import Tally

pulse_tables = MetaData()
pulse = Table(
    "pulse",
    pulse_tables,
    Column("minute", DateTime(timezone=True), primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("slowest_ms", BigInteger, nullable=False),
    Column("buckets", ARRAY(Integer), nullable=False),
    Index("pulse_by_service", "service", "minute"),
    comment="How many events one minute had in one partition, and how soon they were visible.",
)
pulse_reached = Table(
    "pulse_reached",
    pulse_tables,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
    comment="How far a partition was counted, of whatever service its records are.",
)


def keep_figures(tallies: Sequence[Tally]) -> Iterator[Executable]:
    """Newest wins: a figure that was counted less far changes nothing."""
    reached: dict[tuple[str, int], int] = {}
    for tally in tallies:
        if tally.total:
            yield _keep_minute(tally)
        place = tally.topic, tally.partition
        reached[place] = max(tally.offset + 1, reached.get(place, 0))
    if reached:
        yield _keep_reached(reached)


def _keep_minute(tally: Tally) -> Executable:
    row = insert(pulse).values(
        minute=tally.minute.astimezone(UTC),
        topic=tally.topic,
        service=tally.service,
        partition=tally.partition,
        position=tally.position,
        total=tally.total,
        count=tally.count,
        slowest_ms=tally.slowest_ms,
        buckets=list(tally.buckets),
    )
    figures = ("position", "total", "count", "slowest_ms", "buckets")
    return row.on_conflict_do_update(
        index_elements=["minute", "topic", "service", "partition"],
        set_={name: row.excluded[name] for name in figures},
        where=row.excluded.position >= pulse.c.position,
    )


def _keep_reached(reached: Mapping[tuple[str, int], int]) -> Executable:
    rows = insert(pulse_reached).values(
        [
            {"topic": topic, "partition": partition, "next_offset": end}
            for (topic, partition), end in reached.items()
        ]
    )
    return rows.on_conflict_do_update(
        index_elements=["topic", "partition"],
        set_={"next_offset": func.greatest(rows.excluded.next_offset, pulse_reached.c.next_offset)},
    )
