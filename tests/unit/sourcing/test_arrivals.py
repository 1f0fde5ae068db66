"""A record that several readers follow is read once, and is to each what it would be alone."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
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
from events.sourcing.arrivals import Arrivals
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

    def reader(self, *compacted: str, fetch: Fetch = nobody_to_ask) -> Intake:
        return Intake(
            codec=self.codec,
            clock=self.clock,
            compacted=frozenset(compacted),
            fetch=fetch,
            arrivals=self.arrivals,
        )

    @contextmanager
    def followed(self, readers: int) -> Iterator[None]:
        with ExitStack() as stack:
            for _ in range(readers):
                stack.enter_context(self.arrivals.followed((TOPIC, "body.events")))
            yield


@pytest.fixture
def process() -> Process:
    return Process()


async def heard(reader: Intake, one: ConsumerRecord) -> Recorded[object] | Failed:
    return (await reader.item(one)).recorded


@pytest.mark.parametrize("readers", [2, 3])
async def test_all_readers_have_the_event_that_the_first_one_read(
    process: Process, readers: int
) -> None:
    alone = await Process().reader().item(record())
    with process.followed(readers):
        items = [await process.reader().item(record()) for _ in range(readers)]
        assert items == [alone] * readers
        assert len({id(item.recorded) for item in items}) == 1


@pytest.mark.parametrize("readers", [2, 3])
async def test_what_all_have_had_is_kept_no_longer(process: Process, readers: int) -> None:
    with process.followed(readers):
        items = [await process.reader().item(record()) for _ in range(readers + 1)]
        assert len({id(item.recorded) for item in items}) == 2
        assert process.arrivals.known(record()) is None


async def test_for_a_reader_that_is_alone_nothing_is_kept(process: Process) -> None:
    with process.followed(1):
        await process.reader().item(record())
        assert process.arrivals.known(record()) is None


async def test_readers_of_other_topics_come_to_no_record_of_this_one(process: Process) -> None:
    with process.followed(1), process.arrivals.followed(("talent.facts",)):
        await process.reader().item(record())
        assert process.arrivals.known(record()) is None


async def test_a_topic_made_anew_has_another_event_at_the_same_offset(process: Process) -> None:
    with process.followed(2):
        before = await heard(process.reader(), record())
        other = record(value=OTHER)
        renamed = record(headers={**SOUND, "ce_id": str(UUID(int=9)).encode()})
        assert await heard(process.reader(), other) == await heard(Process().reader(), other)
        assert await heard(process.reader(), renamed) == await heard(Process().reader(), renamed)
        assert await heard(process.reader(), record()) is before


async def test_places_are_told_apart_by_topic_partition_and_offset(process: Process) -> None:
    elsewhere = replace(record(), topic="body.events")
    with process.followed(2):
        first = await heard(process.reader(), record())
        for other in (record(1), record(partition=1), elsewhere):
            assert process.arrivals.known(other) is None
            assert await heard(process.reader(), other) is not first
        assert await heard(process.reader(), record()) is first


async def test_without_a_value_it_is_an_event_for_one_reader_and_none_for_the_other(
    process: Process,
) -> None:
    tombstone = record(value=None)
    with process.followed(3):
        taken = await heard(process.reader(TOPIC), tombstone)
        refused = await process.reader().item(record(value=None))
        assert await heard(process.reader(TOPIC), record(value=None)) is taken
    assert isinstance(taken, Recorded)
    assert refused == await Process().reader().item(tombstone)
    assert isinstance(refused.recorded, Failed)
    assert refused.recorded.kind == "null-value"


async def test_what_one_reader_refused_the_other_may_take(process: Process) -> None:
    tombstone = record(value=None)
    with process.followed(2):
        assert isinstance(await heard(process.reader(), tombstone), Failed)
        assert isinstance(await heard(process.reader(TOPIC), tombstone), Recorded)


async def test_each_reader_looks_at_the_clock_itself(process: Process) -> None:
    ahead = record(headers=envelope("note-1", 3, NOON + AHEAD))
    with process.followed(2):
        process.clock.advance(timedelta(seconds=-1))
        assert isinstance(await heard(process.reader(), ahead), Failed)
        process.clock.advance(timedelta(seconds=1))
        assert isinstance(await heard(process.reader(), ahead), Recorded)
        process.clock.advance(timedelta(seconds=-1))
        failed = await heard(process.reader(), ahead)
    assert failed == Failed(kind="clock-off", reason="recorded more than an hour from now")


async def test_the_later_reader_parks_the_same_bytes(process: Process) -> None:
    alone = await Process().reader().item(record())
    with process.followed(2):
        first, later = [await process.reader().item(record()) for _ in range(2)]
    assert first.recorded is later.recorded
    assert first.record == later.record == alone.record
    assert process.reader().read_again(TOPIC, later.record) == alone.recorded


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
    with process.followed(2):
        for _ in range(2):
            item = await process.reader().item(record(headers=dict(made.headers), value=b""))
            assert item.retraction is not None


async def test_every_reader_fetches_what_is_elsewhere(process: Process) -> None:
    answers: list[bytes | None] = [VALUE, None]

    async def fetch(_service: str, _path: str) -> bytes | None:
        return answers.pop(0)

    pointing = {**SOUND, DATAREF: data_path(UUID(int=7)).encode()}
    with process.followed(2):
        first, later = [
            await process.reader(fetch=fetch).item(record(headers=pointing, value=b""))
            for _ in range(2)
        ]
    assert isinstance(first.recorded, Recorded)
    assert isinstance(later.recorded, Recorded)
    assert (first.recorded.event is None, later.recorded.event is None) == (False, True)


async def test_the_oldest_goes_where_many_more_came(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert arrivals_module.KEPT == 1000
    monkeypatch.setattr(arrivals_module, "KEPT", 3)
    with process.followed(2):
        first = [await heard(process.reader(), record(offset)) for offset in range(4)]
        known = [process.arrivals.known(record(offset)) for offset in range(4)]
    assert known == [None, *first[1:]]


async def test_who_is_far_behind_reads_alone_and_takes_nothing_from_the_others(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals_module, "KEPT", 2)
    with process.followed(2):
        ahead = [await heard(process.reader(), record(offset)) for offset in range(5)]
        behind = [await heard(process.reader(), record(offset)) for offset in range(5)]
    served = [one is other for one, other in zip(ahead, behind, strict=True)]
    assert served == [False, False, False, True, True]


async def test_each_partition_has_its_own_end(process: Process) -> None:
    with process.followed(2):
        await process.reader().item(record(7))
        other = await heard(process.reader(), record(0, partition=1))
        assert await heard(process.reader(), record(0, partition=1)) is other


async def test_when_a_reader_leaves_nothing_is_kept_for_it(process: Process) -> None:
    with process.followed(2):
        with process.followed(1):
            await process.reader().item(record())
        assert process.arrivals.known(record()) is None
        first = await heard(process.reader(), record())
        assert await heard(process.reader(), record()) is first
    with process.followed(1):
        await process.reader().item(record())
        assert process.arrivals.known(record()) is None
