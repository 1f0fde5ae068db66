"""A record that several readers follow is read once, and is to each what it would be alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from aiokafka import ConsumerRecord

from contracts.sample import NOON, sample
from events.catalog.body import BodyEstablished
from events.catalog.names import all_names
from events.sourcing import arrivals as arrivals_module
from events.sourcing.arrivals import Arrivals, Partition, Place
from events.sourcing.batches import Failed
from events.sourcing.bus import Left
from events.sourcing.clock import SimulatedClock
from events.sourcing.codec import Codec
from events.sourcing.datarefs import DATAREF, Fetch, data_path, nobody_to_ask
from events.sourcing.intake import AHEAD, Intake
from events.sourcing.retraction import retraction_record
from events.sourcing.types import Recorded
from tests.support.bad_records import SAID, envelope

TOPIC = "note.events"
VALUE = msgspec.json.encode(SAID)
OTHER = msgspec.json.encode(sample(BodyEstablished, number=2))
SOUND = envelope("note-1", 3, NOON)
ALL: Sequence[Partition] = [(TOPIC, 0), (TOPIC, 1), ("body.events", 0)]


def record(
    offset: int = 0,
    *,
    partition: int = 0,
    headers: Mapping[str, bytes | None] = SOUND,
    value: bytes | None = VALUE,
) -> ConsumerRecord:
    """As another client of Kafka has it: equal to the others', and none of them."""
    return ConsumerRecord(
        topic=TOPIC,
        partition=partition,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=b"note-1",
        value=None if value is None else bytes(bytearray(value)),
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=tuple(headers.items()),
    )


class Process:
    """Readers of one process, by what they have in common."""

    def __init__(self) -> None:
        self.arrivals = Arrivals()
        self.clock = SimulatedClock(NOON)
        self.codec = Codec(all_names())

    def readers(self, many: int) -> list[Intake]:
        """So many that have all partitions."""
        return [self.reader(f"r{number}") for number in range(many)]

    def reader(
        self,
        name: str,
        *compacted: str,
        fetch: Fetch = nobody_to_ask,
        partitions: Sequence[Partition] = ALL,
    ) -> Intake:
        reader = Intake(
            codec=self.codec,
            clock=self.clock,
            compacted=frozenset(compacted),
            fetch=fetch,
            arrivals=self.arrivals,
            reader=name,
        )
        reader.follow(partitions)
        return reader


@pytest.fixture
def process() -> Process:
    return Process()


async def heard(reader: Intake, one: ConsumerRecord) -> Recorded[object] | Failed:
    return (await reader.item(one)).recorded


def kept_by(process: Process) -> list[Place]:
    """The places of what is kept; how long something is kept shows nowhere else."""
    return list(process.arrivals._kept)


async def alone(one: ConsumerRecord) -> Recorded[object] | Failed:
    return await heard(Process().reader("alone"), one)


@pytest.mark.parametrize("many", [2, 3])
async def test_all_readers_have_the_event_that_the_first_one_read(
    process: Process, many: int
) -> None:
    items = [await reader.item(record()) for reader in process.readers(many)]
    assert items == [await Process().reader("alone").item(record())] * many
    assert len({id(item.recorded) for item in items}) == 1


@pytest.mark.parametrize("many", [2, 3])
async def test_what_all_have_had_is_kept_no_longer(process: Process, many: int) -> None:
    readers = process.readers(many)
    first, *_ = [await heard(reader, record()) for reader in readers]
    assert [await heard(reader, record()) is first for reader in readers] == [False] * many


async def test_who_reads_again_reads_for_itself_and_the_other_is_served_once(
    process: Process,
) -> None:
    one, other = process.readers(2)
    first = await heard(one, record())
    assert await heard(one, record()) is not first
    assert await heard(other, record()) is first
    assert await heard(other, record()) is not first


async def test_for_a_reader_that_is_alone_nothing_is_kept(process: Process) -> None:
    (one,) = process.readers(1)
    await one.item(record())
    assert kept_by(process) == []


async def test_for_who_has_other_partitions_nothing_is_kept(process: Process) -> None:
    one = process.reader("one")
    for name, partitions in (("topic", [("talent.facts", 0)]), ("partition", [(TOPIC, 1)])):
        process.reader(name, partitions=partitions)
    await one.item(record())
    assert kept_by(process) == []
    await one.item(record(partition=1))
    assert kept_by(process) == [(TOPIC, 1, 0)]


async def test_a_tombstone_leaves_nothing_of_a_person_once_all_have_had_it(
    process: Process,
) -> None:
    readers = [process.reader(name, TOPIC) for name in ("one", "other")]
    process.reader("elsewhere", TOPIC, partitions=[(TOPIC, 1)])
    for reader in readers:
        for each in (record(0), record(1, value=None)):
            await reader.item(each)
    assert kept_by(process) == []


async def test_what_is_large_is_not_kept(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    assert arrivals_module.LARGEST == 65_536
    one, _ = process.readers(2)
    for largest, kept in ((len(VALUE) - 1, []), (len(VALUE), [(TOPIC, 0, 1)])):
        monkeypatch.setattr(arrivals_module, "LARGEST", largest)
        await one.item(record(len(kept)))
        assert kept_by(process) == kept


async def test_a_topic_made_anew_has_another_event_at_the_same_offset(process: Process) -> None:
    one, other = process.readers(2)
    before = await heard(one, record())
    valued = record(value=OTHER)
    renamed = record(headers={**SOUND, "ce_id": str(UUID(int=9)).encode()})
    assert await heard(other, valued) == await alone(valued)
    assert await heard(other, renamed) == await alone(renamed)
    assert await heard(other, record()) is before


async def test_places_are_told_apart_by_topic_partition_and_offset(process: Process) -> None:
    one, other = process.readers(2)
    first = await heard(one, record())
    for elsewhere in (record(1), record(partition=1), replace(record(), topic="body.events")):
        assert await heard(other, elsewhere) is not first
    assert await heard(other, record()) is first


async def test_without_a_value_it_is_an_event_for_one_reader_and_none_for_the_other(
    process: Process,
) -> None:
    taking, refusing, third = [
        process.reader(name, *compacted)
        for name, compacted in (("one", [TOPIC]), ("other", []), ("third", [TOPIC]))
    ]
    taken = await heard(taking, record(value=None))
    refused = await refusing.item(record(value=None))
    assert await heard(third, record(value=None)) is taken
    assert isinstance(taken, Recorded)
    assert refused == await Process().reader("alone").item(record(value=None))
    assert isinstance(refused.recorded, Failed)
    assert refused.recorded.kind == "null-value"


async def test_what_one_reader_refused_the_other_may_take(process: Process) -> None:
    refusing, taking = process.reader("one"), process.reader("other", TOPIC)
    assert isinstance(await heard(refusing, record(value=None)), Failed)
    assert isinstance(await heard(taking, record(value=None)), Recorded)


async def test_each_reader_looks_at_the_clock_itself(process: Process) -> None:
    ahead = record(headers=envelope("note-1", 3, NOON + AHEAD))
    early, taking, late = process.readers(3)
    process.clock.advance(timedelta(seconds=-1))
    assert isinstance(await heard(early, ahead), Failed)
    process.clock.advance(timedelta(seconds=1))
    assert isinstance(await heard(taking, ahead), Recorded)
    process.clock.advance(timedelta(seconds=-1))
    failed = await heard(late, ahead)
    assert failed == Failed(kind="clock-off", reason="recorded more than an hour from now")


async def test_the_later_reader_parks_the_same_bytes(process: Process) -> None:
    by_itself = await Process().reader("alone").item(record())
    first, later = [await reader.item(record()) for reader in process.readers(2)]
    assert first.recorded is later.recorded
    assert first.record == later.record == by_itself.record
    assert process.reader("again").read_again(TOPIC, later.record) == by_itself.recorded


async def test_every_reader_takes_a_retraction_as_one(process: Process) -> None:
    left = Left(
        topic=TOPIC,
        key=b"note-1",
        position=17,
        event_id=UUID(int=5),
        stream="note-1",
        version=3,
        name="body.established.v1",
    )
    made = retraction_record(left, service="notes", behind=20, found_at=NOON, value=b"")
    for reader in process.readers(2):
        item = await reader.item(record(headers=dict(made.headers), value=b""))
        assert item.retraction is not None


async def test_every_reader_fetches_what_is_elsewhere(process: Process) -> None:
    answers: list[bytes | None] = [VALUE, None]

    async def fetch(_service: str, _path: str) -> bytes | None:
        return answers.pop(0)

    pointing = {**SOUND, DATAREF: data_path(UUID(int=7)).encode()}
    first, later = [
        await reader.item(record(headers=pointing, value=b""))
        for reader in [process.reader(name, fetch=fetch) for name in ("one", "other")]
    ]
    assert isinstance(first.recorded, Recorded)
    assert isinstance(later.recorded, Recorded)
    assert (first.recorded.event is None, later.recorded.event is None) == (False, True)


async def test_the_oldest_goes_where_many_more_came(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert arrivals_module.KEPT == 1000
    monkeypatch.setattr(arrivals_module, "KEPT", 3)
    one, _ = process.readers(2)
    for offset in range(4):
        await one.item(record(offset))
    assert kept_by(process) == [(TOPIC, 0, offset) for offset in (1, 2, 3)]


async def test_who_is_far_behind_reads_alone_and_takes_nothing_from_the_others(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals_module, "KEPT", 2)
    one, other = process.readers(2)
    ahead = [await heard(one, record(offset)) for offset in range(5)]
    behind = [await heard(other, record(offset)) for offset in range(5)]
    served = [first is later for first, later in zip(ahead, behind, strict=True)]
    assert served == [False, False, False, True, True]


async def test_each_partition_has_its_own_end(process: Process) -> None:
    one, other = process.readers(2)
    await one.item(record(7))
    first = await heard(one, record(0, partition=1))
    assert await heard(other, record(0, partition=1)) is first


async def test_where_partitions_are_given_out_anew_nothing_is_kept(process: Process) -> None:
    one, other = process.readers(2)
    await one.item(record(7))
    other.follow([])
    assert kept_by(process) == []
    await one.item(record(8))
    assert kept_by(process) == []
    other.follow(ALL)
    first = await heard(one, record())
    assert await heard(other, record()) is first
