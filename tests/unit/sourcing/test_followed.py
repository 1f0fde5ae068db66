"""A topic made anew, gone or divided is noticed; what is new is remembered. In memory."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import insert

from events.sourcing.followed import DIVIDED, GONE, MADE_ANEW, Followed, follow_anew
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import checkpoint, followed_topic
from events.sourcing.standstill import StandsStill
from events.sourcing.topics import Shape
from tests.support.in_memory import execute, play, rows_of

A, B = "note.events", "ticket.events"
FIRST, SECOND = UUID(int=1), UUID(int=2)


class Cluster:
    """What Kafka says it has."""

    def __init__(self) -> None:
        self.has = {A: Shape(topic_id=FIRST, partitions=4), B: Shape(topic_id=FIRST, partitions=2)}

    async def shapes(self, names: Sequence[str]) -> Mapping[str, Shape]:
        return {name: self.has[name] for name in names if name in self.has}


def followed(
    kernel: Kernel, cluster: Cluster, *names: str, reader: str = "notes.reader"
) -> Followed:
    return Followed(kernel.engine, cast("Any", cluster), reader=reader, names=names or (A, B))


def test_what_is_seen_first_is_remembered_for_each_reader() -> None:
    async def scene(kernel: Kernel) -> None:
        await followed(kernel, Cluster()).check()
        await followed(kernel, Cluster(), A, reader="other").check()
        assert await rows_of(kernel, followed_topic) == [
            {"reader": "notes.reader", "topic": A, "topic_id": FIRST, "partitions": 4},
            {"reader": "notes.reader", "topic": B, "topic_id": FIRST, "partitions": 2},
            {"reader": "other", "topic": A, "topic_id": FIRST, "partitions": 4},
        ]

    play(scene)


def test_as_long_as_nothing_changes_nothing_is_said() -> None:
    async def scene(kernel: Kernel) -> None:
        one = followed(kernel, Cluster())
        assert one.note() is None
        for _ in range(2):
            await one.check()
            assert one.note() is None
        one.check_partition(A, 3)

    play(scene)


def test_a_topic_that_comes_later_is_remembered_then() -> None:
    async def scene(kernel: Kernel) -> None:
        cluster = Cluster()
        later = cluster.has.pop(B)
        one = followed(kernel, cluster)
        await one.check()
        cluster.has[B] = later
        await one.check()
        one.check_partition(B, 1)
        assert [row["topic"] for row in await rows_of(kernel, followed_topic)] == [A, B]

    play(scene)


@pytest.mark.parametrize(
    ("now", "reason", "remedy"),
    [
        (
            Shape(topic_id=SECOND, partitions=4),
            f"{A} was deleted and made anew: it is not what was read up to here",
            MADE_ANEW,
        ),
        (None, f"{A} is gone from Kafka", GONE),
    ],
)
def test_a_topic_made_anew_or_gone_lets_the_reader_stand_still(
    now: Shape | None, reason: str, remedy: str
) -> None:
    async def scene(kernel: Kernel) -> None:
        cluster = Cluster()
        await followed(kernel, cluster).check()
        cluster.has = {B: cluster.has[B]} | ({A: now} if now else {})
        with pytest.raises(StandsStill) as caught:
            await followed(kernel, cluster).check()
        assert (caught.value.standstill.reason, caught.value.standstill.remedy) == (reason, remedy)
        other = followed(kernel, cluster, B, reader="notes.reader")
        await other.check()

    play(scene)


def test_records_in_a_partition_that_was_not_there_let_it_stand_still() -> None:
    async def scene(kernel: Kernel) -> None:
        cluster = Cluster()
        await followed(kernel, cluster).check()
        cluster.has[A] = Shape(topic_id=FIRST, partitions=6)
        one = followed(kernel, cluster)
        await one.check()
        assert one.note() == f"{A} has 6 partitions, 4 are used"
        one.check_partition(A, 3)
        with pytest.raises(StandsStill) as caught:
            one.check_partition(A, 4)
        assert caught.value.standstill.remedy == DIVIDED
        assert caught.value.standstill.reason == (
            f"{A} was divided anew: events came to partition 4 of 4"
        )

    play(scene)


def test_every_topic_that_has_grown_is_named() -> None:
    async def scene(kernel: Kernel) -> None:
        cluster = Cluster()
        await followed(kernel, cluster).check()
        cluster.has = {name: Shape(topic_id=FIRST, partitions=9) for name in (B, A)}
        one = followed(kernel, cluster)
        await one.check()
        assert one.note() == (f"{A} has 9 partitions, 4 are used; {B} has 9 partitions, 2 are used")

    play(scene)


def test_to_follow_anew_is_to_begin_again_where_a_topic_was_made_anew_and_nowhere_else() -> None:
    async def scene(kernel: Kernel) -> None:
        cluster = Cluster()
        for reader in ("notes.reader", "other"):
            await followed(kernel, cluster, reader=reader).check()
            for topic in (A, B):
                await execute(
                    kernel,
                    insert(checkpoint).values(
                        reader=reader, topic=topic, partition=0, next_offset=7
                    ),
                )
        cluster.has[A] = Shape(topic_id=SECOND, partitions=4)
        asked = {"reader": "notes.reader", "names": (A, B)}
        topics = cast("Any", cluster)
        assert await follow_anew(kernel.engine, topics, **asked) == [A]  # type: ignore[arg-type]
        left = [
            [(row["reader"], row["topic"]) for row in await rows_of(kernel, table)]
            for table in (checkpoint, followed_topic)
        ]
        assert left == [[("notes.reader", B), ("other", A), ("other", B)]] * 2
        await followed(kernel, cluster).check()
        assert await follow_anew(kernel.engine, topics, **asked) == []  # type: ignore[arg-type]

    play(scene)


def test_what_is_gone_cannot_be_followed_anew() -> None:
    async def scene(kernel: Kernel) -> None:
        cluster = Cluster()
        await followed(kernel, cluster).check()
        del cluster.has[A]
        topics = cast("Any", cluster)
        assert await follow_anew(kernel.engine, topics, reader="notes.reader", names=(A, B)) == []

    play(scene)


def test_whoever_stands_still_says_which_commands_help() -> None:
    for remedy in (MADE_ANEW, DIVIDED, GONE):
        assert "restore republish" in remedy
        assert "follow-anew" in remedy
        assert remedy.endswith("or rebuild it")
    assert "listed number of partitions" in DIVIDED
    assert "events.sourcing.prepare" in GONE
