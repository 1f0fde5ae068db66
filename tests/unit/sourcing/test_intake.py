"""A record is taken as an event, or put aside with its class under the place that it claims."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import msgspec
import pytest
from aiokafka import ConsumerRecord

from contracts.sample import NOON
from events.catalog.body import BodyEstablished
from events.catalog.names import all_names
from events.sourcing.batches import Failed
from events.sourcing.bus import STREAM_LIMIT, Left
from events.sourcing.codec import Codec
from events.sourcing.datarefs import DATAREF, DataAway, DataUnknown, Fetch, data_path
from events.sourcing.faults import owner_of
from events.sourcing.intake import AHEAD, RECORD_LIMIT, UNCLAIMED, Intake
from events.sourcing.retraction import AT, retraction_record
from events.sourcing.types import Recorded
from tests.support.bad_records import BAD, SAID, TWO_MIB, Bad, envelope
from tests.support.kernel import BODY

VALUE = msgspec.json.encode(SAID)
SOUND = envelope("note-1", 3, NOON)
PATH = data_path(UUID(int=7)).encode()


def intake(*compacted: str, fetch: Fetch | None = None) -> Intake:
    made = Intake(codec=Codec(all_names()), clock=lambda: NOON, compacted=frozenset(compacted))
    return made if fetch is None else replace(made, fetch=fetch)


def record(
    headers: Mapping[str, bytes | None], value: bytes | None = VALUE, *, key: str | None = "note-1"
) -> ConsumerRecord:
    """As it comes from partition 5, at offset 11."""
    return ConsumerRecord(
        topic="note.events",
        partition=5,
        offset=11,
        timestamp=0,
        timestamp_type=0,
        key=key.encode() if key is not None else None,
        value=value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=tuple(headers.items()),
    )


def headers_of(bad: Bad) -> dict[str, bytes | None]:
    said = {**SOUND, **bad.headers}
    return {name: value for name, value in said.items() if name not in bad.without}


async def test_a_sound_record_is_its_event_at_its_place() -> None:
    item = await intake().item(record(SOUND))
    assert isinstance(item.recorded, Recorded)
    assert (item.stream, item.version, item.retraction) == ("note-1", 3, None)
    assert (item.recorded.event, item.recorded.position) == (BODY, 3)
    assert isinstance(item.recorded.event, BodyEstablished)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
async def test_whatever_is_wrong_has_a_class_a_reason_and_an_owner(bad: Bad) -> None:
    item = await intake().item(record(headers_of(bad), bad.value))
    assert item.recorded == Failed(kind=bad.kind, reason=bad.reason)
    assert owner_of(bad.kind) == bad.owner


async def test_what_is_kept_is_read_again_as_it_was_read() -> None:
    for headers, value in ((SOUND, VALUE), ({**SOUND, "ce_type": b"x.y.v1"}, VALUE)):
        item = await intake().item(record(headers, value))
        assert intake().read_again("note.events", item.record) == item.recorded
        assert msgspec.json.decode(item.record, type=tuple[list[tuple[str, bytes]], bytes]) == (
            list(headers.items()),
            value,
        )


async def test_what_is_parked_is_written_as_releases_before_this_one_wrote_it() -> None:
    came = record({"ce_id": b"1", "ce_none": None}, b"{}")
    for headers in (came.headers, list(came.headers)):
        item = await intake().item(replace(came, headers=headers))
        assert item.record == b'[[["ce_id","MQ=="],["ce_none",null]],"e30="]'


async def test_of_what_is_not_parked_nothing_is_written() -> None:
    came = record(SOUND)
    headers, value = (await intake().item(came)).came
    assert headers is came.headers
    assert value is came.value


async def test_without_a_value_it_is_an_event_on_a_compacted_topic_alone() -> None:
    there = await intake("note.events").item(record(SOUND, None))
    elsewhere = await intake("talent.facts").item(record(SOUND, None))
    assert isinstance(there.recorded, Recorded)
    assert there.recorded.event is None
    assert elsewhere.recorded == Failed(
        kind="null-value", reason="no value, and the topic is not compacted"
    )
    assert intake("note.events").read_again("note.events", there.record) == there.recorded
    assert isinstance(intake().read_again("note.events", there.record), Failed)


async def test_an_envelope_alone_is_an_event_everywhere() -> None:
    assert isinstance((await intake().item(record(SOUND, b""))).recorded, Recorded)


@pytest.mark.parametrize(("ahead", "taken"), [(AHEAD, True), (AHEAD + timedelta(seconds=1), False)])
async def test_a_clock_may_be_an_hour_ahead(ahead: timedelta, taken: bool) -> None:
    assert timedelta(hours=1) == AHEAD
    item = await intake().item(record(envelope("note-1", 3, NOON + ahead)))
    assert isinstance(item.recorded, Recorded) == taken


@pytest.mark.parametrize("more", [0, 1])
async def test_a_record_may_be_as_large_as_a_broker_takes(more: int) -> None:
    headers = {**SOUND, "ce_nothing": None}
    size = sum(len(name) + len(said or b"") for name, said in headers.items())
    fill = b" " * (1_048_576 - size - len(VALUE) + more)
    item = await intake().item(record(headers, VALUE + fill))
    assert isinstance(item.recorded, Recorded) == (not more)
    assert RECORD_LIMIT == 1024 * 1024


@pytest.mark.parametrize("more", [0, 1])
async def test_without_a_value_only_the_headers_count(more: int) -> None:
    size = sum(len(name) + len(said or b"") for name, said in SOUND.items())
    headers = {**SOUND, "x": b" " * (RECORD_LIMIT - size - len("x") + more)}
    item = await intake("note.events").item(record(headers, None))
    assert isinstance(item.recorded, Recorded) == (not more)


async def test_no_topic_is_compacted_unless_that_is_said() -> None:
    plain = Intake(codec=Codec(all_names()), clock=lambda: NOON)
    item = await plain.item(record(SOUND, None))
    assert isinstance(item.recorded, Failed)
    assert item.recorded.kind == "null-value"


@pytest.mark.parametrize(
    ("headers", "key", "stream", "version"),
    [
        ({}, "note-9", "note-9", UNCLAIMED + 11),
        ({"ce_subject": b"note-2"}, "note-9", "note-2", UNCLAIMED + 11),
        ({"ce_subject": b"note-2", "ce_streamversion": b"4"}, "note-9", "note-2", 4),
        ({}, "", "unknown-5", UNCLAIMED + 11),
        ({}, None, "unknown-5", UNCLAIMED + 11),
        ({}, "k" * STREAM_LIMIT, "k" * STREAM_LIMIT, UNCLAIMED + 11),
        (
            {},
            "k" * (STREAM_LIMIT + 1),
            f"unknown-{sha256(b'k' * (STREAM_LIMIT + 1)).hexdigest()[:16]}",
            UNCLAIMED + 11,
        ),
    ],
)
async def test_what_is_none_stands_where_it_claims_to(
    headers: dict[str, bytes], key: str | None, stream: str, version: int
) -> None:
    item = await intake().item(record(headers, key=key))
    assert (item.stream, item.version) == (stream, version)
    assert isinstance(item.recorded, Failed)


async def test_even_an_endless_topic_claims_versions_that_a_database_takes() -> None:
    far = replace(record({}), offset=5 * UNCLAIMED + 7)
    assert UNCLAIMED == 10**9
    assert (await intake().item(far)).version == UNCLAIMED + 7


def fetching(answer: bytes | Exception | None) -> tuple[list[tuple[str, str]], Fetch]:
    asked = list[tuple[str, str]]()

    async def fetch(service: str, path: str) -> bytes | None:
        asked.append((service, path))
        if isinstance(answer, Exception):
            raise answer
        return answer

    return asked, fetch


async def test_a_payload_that_is_elsewhere_is_fetched_and_kept() -> None:
    asked, fetch = fetching(VALUE)
    item = await intake(fetch=fetch).item(record({**SOUND, DATAREF: PATH}, b""))
    assert asked == [("notes", PATH.decode())]
    assert isinstance(item.recorded, Recorded)
    assert item.recorded.event == BODY
    assert intake().read_again("note.events", item.record) == item.recorded


async def test_a_payload_that_is_here_is_not_asked_for() -> None:
    asked, fetch = fetching(b"[]")
    item = await intake(fetch=fetch).item(record({**SOUND, DATAREF: PATH}))
    assert asked == []
    assert isinstance(item.recorded, Recorded)


async def test_what_was_fetched_may_be_larger_than_a_record() -> None:
    _, fetch = fetching(VALUE + b" " * TWO_MIB)
    item = await intake(fetch=fetch).item(record({**SOUND, DATAREF: PATH}, b""))
    assert isinstance(item.recorded, Recorded)


async def test_what_is_gone_for_good_leaves_its_envelope() -> None:
    _, fetch = fetching(None)
    item = await intake(fetch=fetch).item(record({**SOUND, DATAREF: PATH}, b""))
    assert isinstance(item.recorded, Recorded)
    assert item.recorded.event is None


async def test_a_payload_that_its_publisher_does_not_know_is_put_aside() -> None:
    _, fetch = fetching(DataUnknown("x"))
    item = await intake(fetch=fetch).item(record({**SOUND, DATAREF: PATH}, b""))
    assert item.recorded == Failed(
        kind="undecodable", reason="its publisher does not know its payload"
    )
    assert (item.stream, item.version) == ("note-1", 3)
    assert msgspec.json.decode(item.record)[1] == ""


async def test_a_payload_that_is_away_is_waited_for() -> None:
    with pytest.raises(DataAway):
        await intake().item(record({**SOUND, DATAREF: PATH}, b""))


LEFT = Left(
    topic="note.events",
    key=b"note-1",
    position=17,
    event_id=UUID(int=5),
    stream="note-1",
    version=3,
    name="body.established.v1",
)


def taken_back(value: bytes | None = b"") -> ConsumerRecord:
    made = retraction_record(LEFT, service="notes", behind=20, found_at=NOON, value=value)
    return record(dict(made.headers), made.value)


async def test_a_retraction_takes_one_event_back_at_its_place() -> None:
    item = await intake().item(taken_back())
    assert item.retraction is not None
    assert (item.stream, item.version) == ("note-1", 3)
    assert (item.retraction.service, item.retraction.event_id) == ("notes", UUID(int=5))
    assert (item.retraction.position, item.retraction.behind) == (17, 20)
    assert not item.retraction.is_last
    last = await intake().item(taken_back(None))
    assert last.retraction is not None
    assert last.retraction.is_last
    assert isinstance(item.recorded, Recorded)
    assert item.recorded.name == "journal.event-retracted.v1"


async def test_a_retraction_that_was_kept_is_no_event_either() -> None:
    kept = (await intake().item(taken_back())).record
    again = intake().read_again("note.events", kept)
    assert isinstance(again, Failed)
    assert (again.kind, again.reason.partition(":")[0]) == (
        "retracted",
        "version 3 was applied and is void",
    )
    nameless = intake().read_again("note.events", b'[[["ce_retracts","eA=="]],""]')
    assert isinstance(nameless, Failed)
    assert nameless.reason.startswith("version 0 ")


async def test_a_retraction_is_kept_as_it_came() -> None:
    came = taken_back()
    kept = (await intake().item(came)).record
    assert msgspec.json.decode(kept, type=tuple[list[tuple[str, bytes]], bytes]) == (
        list(came.headers),
        came.value,
    )


async def test_a_retraction_that_names_no_place_is_put_aside() -> None:
    headers = dict(taken_back().headers)
    item = await intake().item(record({**headers, AT: b"nowhere"}, b""))
    assert item.recorded == Failed(kind="undecodable", reason="retraction: ValueError")
    assert item.retraction is None
