"""Streams change places on their way to a reader, each keeps its own order, and nobody minds."""

from random import Random

import pytest
from aiokafka import ConsumerRecord

from events.sourcing.memory_bus import MemoryBus
from tests.simulation.bus import Broker, Sender, open_consumer
from tests.simulation.database.server import Server
from tests.simulation.fate import CRASH, REORDER, CalmFate
from tests.simulation.life import Life
from tests.simulation.loop import run
from tests.simulation.make import BROKEN, RELYING_ON_ORDER
from tests.simulation.play import Run
from tests.simulation.verdict import how_often, judge
from tests.simulation.world import World
from tests.support.bus_suite import BEGINNING, Member, a_record

SHOWN_BY = 74
"""Under this seed, it is the reordering alone that shows who relies on an order across streams."""

TOPIC, OTHER = "note.events", "page.events"
FIRST = (TOPIC, "note-0")
THEN = ((TOPIC, "note-1"), (OTHER, "page-0"))
"""On a partition each."""
Arrived = list[tuple[str, str, bytes | None]]


async def _arrived(*, reordered: bool) -> Arrived:
    """What a reader of both topics gets of the first stream, and then of the others."""
    broker = Broker(MemoryBus({TOPIC: 4, OTHER: 4}), Random(0))
    life = Life("notes", 1, Server(), CalmFate())
    member = Member(BEGINNING)
    member.consumer = await open_consumer(
        broker, life, group="notes", topics=[TOPIC, OTHER], starts=member.starts
    )
    await _send(broker, life, FIRST)
    if reordered:
        broker.reorder(5.0)
    came = await member.look(milliseconds=10)
    for stream in THEN:
        await _send(broker, life, stream)
    return [_told(record) for record in [*came, *await member.read(6 - len(came))]]


async def _send(broker: Broker, life: Life, stream: tuple[str, str]) -> None:
    await Sender(broker, life).send([a_record(*stream, b"%d" % n) for n in range(2)])


def _told(record: ConsumerRecord) -> tuple[str, str, bytes | None]:
    return record.topic, record.key.decode(), record.value


def _streams(arrived: Arrived) -> list[tuple[str, str]]:
    return list(dict.fromkeys((topic, key) for topic, key, _ in arrived))


def test_what_was_sent_first_comes_after_the_other_streams_of_its_topic_and_of_others() -> None:
    assert _streams(run(_arrived(reordered=True)))[-1] == FIRST
    assert _streams(run(_arrived(reordered=False)))[0] == FIRST


@pytest.mark.parametrize("stream", [FIRST, *THEN])
def test_a_stream_keeps_its_own_order(stream: tuple[str, str]) -> None:
    arrived = run(_arrived(reordered=True))
    assert [value for *of, value in arrived if tuple(of) == stream] == [b"0", b"1"]


def test_who_relies_on_an_order_across_streams_fails_by_the_reordering_alone(
    world: World, calm: Run
) -> None:
    relying = BROKEN[RELYING_ON_ORDER]
    assert judge(world, calm, SHOWN_BY, make=relying).faults != []
    assert judge(world, calm, SHOWN_BY, make=relying, without=[REORDER]).faults == []
    assert judge(world, calm, SHOWN_BY).faults == []


def test_a_run_says_how_often_each_mishap_happened() -> None:
    mishaps = [("sent", REORDER), ("commit", CRASH), ("poll", REORDER)]
    assert how_often(mishaps) == "crash 1, reorder 2"
