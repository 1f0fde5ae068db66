"""What every applier must do, whatever database it is on: once, in order, stream by stream."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import BigInteger, Column, Executable, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import insert

from contracts.sample import NOON
from events.sourcing.applier import Applier
from events.sourcing.batches import Batch, Failed, Item
from events.sourcing.kernel import Kernel
from events.sourcing.projector import Projection
from events.sourcing.rebuild import forget
from events.sourcing.standing import Fenced
from events.sourcing.types import Recorded

TABLES = MetaData()
TALLY = Table("tally", TABLES, Column("stream", Text, primary_key=True), Column("sum", BigInteger))


def project(recorded: Recorded[Any]) -> Sequence[Executable]:
    """Adds the versions up, so that one applied twice shows."""
    if recorded.name == "note.poisoned.v1":
        raise ValueError(recorded.name)
    added = insert(TALLY).values(stream=recorded.stream, sum=recorded.version)
    return [
        added.on_conflict_do_update(
            index_elements=["stream"], set_={"sum": TALLY.c.sum + added.excluded.sum}
        )
    ]


SUMS = Projection(name="sums", tables=TABLES, project=project, topics=("note.events",))


def item(stream: str, version: int, *, name: str = "note.taken.v1") -> Item:
    recorded: Recorded[Any] = Recorded(
        event=None,
        name=name,
        event_id=uuid4(),
        service="notes",
        stream=stream,
        version=version,
        position=version,
        recorded_at=NOON,
        actor="clerk",
        correlation_id="c",
        causation_id=None,
    )
    return Item(stream=stream, version=version, recorded=recorded, came=b"{}")


class Bench:
    """One reader over one partition, fed by hand."""

    def __init__(self, kernel: Kernel, *, newest_wins: Sequence[str] = ()) -> None:
        self.kernel = kernel
        self.next = 0
        self.applier = Applier(
            kernel.engine,
            reader="sums",
            take=SUMS.take,
            clock=kernel.clock,
            gated=True,
            newest_wins=newest_wins,
        )

    async def feed(self, *items: Item) -> list[tuple[str, int]]:
        batch = self.batch(*items)
        done = await self.applier.apply(batch)
        self.next = batch.end
        return [(recorded.stream, recorded.version) for recorded in done]

    def batch(self, *items: Item) -> Batch:
        return Batch(
            topic="note.events",
            partition=0,
            start=self.next,
            end=self.next + len(items),
            items=items,
        )

    async def sums(self) -> dict[str, int]:
        async with self.kernel.engine.connect() as connection:
            return {row.stream: row.sum for row in await connection.execute(select(TALLY))}


async def parked(bench: Bench) -> list[tuple[str, int, str]]:
    from events.sourcing.kernel_tables import parked as table  # noqa: PLC0415 - its name is taken

    query = select(table).order_by(table.c.stream, table.c.version)
    async with bench.kernel.engine.connect() as connection:
        return [(r.stream, r.version, r.class_) for r in await connection.execute(query)]


class ApplierSuite:
    """Subclasses give a fixture `bench`, whose database has `TABLES`."""

    async def test_an_event_delivered_twice_is_applied_once(self, bench: Bench) -> None:
        await bench.feed(item("note-1", 1), item("note-1", 2), item("note-1", 1))
        assert await bench.feed(item("note-1", 2), item("note-1", 3)) == [("note-1", 3)]
        assert await bench.sums() == {"note-1": 6}

    async def test_a_hole_is_never_skipped(self, bench: Bench) -> None:
        await bench.feed(item("note-1", 1), item("note-1", 3), item("note-2", 1))
        await bench.feed(item("note-1", 4), item("note-2", 2))
        assert await bench.sums() == {"note-1": 1, "note-2": 3}
        assert await parked(bench) == [("note-1", 3, "hole"), ("note-1", 4, "behind")]

    async def test_poison_parks_its_own_stream_in_order_and_nothing_else(
        self, bench: Bench
    ) -> None:
        await bench.feed(
            item("note-1", 1),
            item("note-1", 2, name="note.poisoned.v1"),
            item("note-2", 1),
            item("note-1", 3),
            item("note-2", 2),
        )
        await bench.feed(item("note-1", 4), item("note-2", 3))
        assert await bench.sums() == {"note-1": 1, "note-2": 6}
        assert await parked(bench) == [
            ("note-1", 2, "poison"),
            ("note-1", 3, "behind"),
            ("note-1", 4, "behind"),
        ]

    async def test_what_cannot_be_read_parks_its_stream(self, bench: Bench) -> None:
        unreadable = replace(item("note-1", 2), recorded=Failed(kind="undecodable", reason="X"))
        await bench.feed(item("note-1", 1), unreadable, item("note-1", 3), item("note-2", 1))
        assert await bench.sums() == {"note-1": 1, "note-2": 1}
        assert await parked(bench) == [("note-1", 2, "undecodable"), ("note-1", 3, "behind")]

    async def test_a_parked_event_delivered_again_stays_parked_once(self, bench: Bench) -> None:
        poison = item("note-1", 1, name="note.poisoned.v1")
        await bench.feed(poison)
        await bench.feed(poison)
        assert await parked(bench) == [("note-1", 1, "poison")]

    async def test_of_whole_states_the_newest_wins_and_older_ones_are_ignored(
        self, bench: Bench
    ) -> None:
        newest = Bench(bench.kernel, newest_wins=["note.events"])
        await newest.feed(item("note-1", 3), item("note-1", 2), item("note-1", 7))
        assert await newest.sums() == {"note-1": 10}
        assert await parked(newest) == []

    async def test_a_whole_state_that_fails_does_not_hold_up_a_newer_one(
        self, bench: Bench
    ) -> None:
        newest = Bench(bench.kernel, newest_wins=["note.events"])
        await newest.feed(item("note-1", 1, name="note.poisoned.v1"), item("note-1", 2))
        assert await newest.sums() == {"note-1": 2}

    async def test_a_newer_whole_state_leaves_none_parked_before_it_in_one_batch(
        self, bench: Bench
    ) -> None:
        newest = Bench(bench.kernel, newest_wins=["note.events"])
        failing = item("note-1", 1, name="note.poisoned.v1")
        await newest.feed(failing, item("note-2", 1, name="note.poisoned.v1"), item("note-1", 2))
        assert await newest.sums() == {"note-1": 2}
        assert await parked(newest) == [("note-2", 1, "poison")]

    async def test_a_newer_whole_state_leaves_none_parked_of_earlier_batches(
        self, bench: Bench
    ) -> None:
        newest = Bench(bench.kernel, newest_wins=["note.events"])
        await newest.feed(item("note-1", 1, name="note.poisoned.v1"))
        assert await parked(newest) == [("note-1", 1, "poison")]
        await newest.feed(item("note-1", 2))
        assert await parked(newest) == []

    async def test_a_whole_state_that_fails_after_a_newer_one_was_parked_stays(
        self, bench: Bench
    ) -> None:
        newest = Bench(bench.kernel, newest_wins=["note.events"])
        poison = "note.poisoned.v1"
        await newest.feed(item("note-1", 1), item("note-1", 2, name=poison))
        await newest.feed(item("note-1", 3, name=poison))
        assert await parked(newest) == [("note-1", 2, "poison"), ("note-1", 3, "poison")]
        await newest.feed(item("note-1", 4, name=poison), item("note-1", 5))
        assert await parked(newest) == []

    async def test_a_whole_state_stays_parked_where_nothing_overtakes_it(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control: as it was, a state in clear stayed behind its own tombstone."""

        async def lets_it_be(*_: object) -> None:
            return

        monkeypatch.setattr(Applier, "overtake", lets_it_be)
        newest = Bench(bench.kernel, newest_wins=["note.events"])
        await newest.feed(item("note-1", 1, name="note.poisoned.v1"), item("note-1", 2))
        assert await parked(newest) == [("note-1", 1, "poison")]

    async def test_of_two_workers_on_one_partition_only_one_applies(self, bench: Bench) -> None:
        """From the very first event on, when there is no checkpoint to lock yet."""
        batch = bench.batch(item("note-1", 1), item("note-2", 1))
        answers = await asyncio.gather(
            *(Bench(bench.kernel).applier.apply(batch) for _ in range(5)), return_exceptions=True
        )
        assert sum(isinstance(answer, Fenced) for answer in answers) == 4
        assert await bench.sums() == {"note-1": 1, "note-2": 1}

    async def test_a_worker_whose_partition_moved_on_is_fenced(self, bench: Bench) -> None:
        zombie = Bench(bench.kernel)
        await bench.feed(item("note-1", 1))
        with pytest.raises(Fenced):
            await zombie.feed(item("note-1", 1))
        assert await bench.sums() == {"note-1": 1}

    async def test_a_passing_fault_parks_nothing_and_applies_nothing(self, bench: Bench) -> None:
        failing = Bench(bench.kernel)

        async def fail(_: Recorded[Any]) -> Sequence[Executable]:
            raise TimeoutError

        failing.applier._take = fail
        with pytest.raises(TimeoutError):
            await failing.feed(item("note-1", 1))
        assert await parked(bench) == []
        assert await bench.feed(item("note-1", 1)) == [("note-1", 1)]

    async def test_forgetting_a_read_model_forgets_what_was_parked_for_it(
        self, bench: Bench
    ) -> None:
        await bench.feed(item("note-1", 1), item("note-1", 2, name="note.poisoned.v1"))
        await forget(bench.kernel.engine, SUMS)
        assert await parked(bench) == []
        bench.next = 0
        await bench.feed(item("note-1", 1), item("note-1", 2), item("note-1", 3))
        assert await bench.sums() == {"note-1": 6}
