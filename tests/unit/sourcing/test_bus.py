"""A record on the bus is a CloudEvent in binary mode; what cannot be read says so."""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import pytest

from contracts.sample import NOON, sample
from events.catalog.body import BodyEstablished
from events.catalog.names import all_names
from events.catalog.talent import FactsStated, TalentErased, TalentRegistered
from events.sourcing import bus
from events.sourcing.bus import Headers, read_record, records_of, texts_of
from events.sourcing.codec import VERSION_DIGITS, Codec, Shape, UnknownName, personal_fields
from events.sourcing.datarefs import DATAREF
from events.sourcing.faults import Undecodable
from events.sourcing.types import Published, Recorded, WholeState

CODEC = Codec(all_names())
BODY = sample(BodyEstablished)
PERSONAL = personal_fields(TalentRegistered)


def public(shape: type, classification: str) -> Published:
    names = (field.name for field in fields(shape))
    return Published(
        classification=classification,
        fields=tuple(name for name in names if name not in personal_fields(shape)),
    )


PUBLISHED = {
    BodyEstablished: public(BodyEstablished, "public"),
    TalentRegistered: public(TalentRegistered, "internal"),
}
STATES = {
    FactsStated: WholeState(topic="talent.facts", key="talent_id"),
    TalentErased: WholeState(topic="talent.facts", key="talent_id", tombstone=True),
}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def recorded(event: Any) -> Recorded[Any]:
    return Recorded(
        event=event,
        name=CODEC.name_of(event),
        event_id=UUID(int=1),
        service="notes",
        stream="note-1",
        version=3,
        position=42,
        recorded_at=NOON,
        actor="clerk",
        correlation_id="matter",
        causation_id="cause",
        traceparent=TRACE,
        classification="public",
    )


def leaving(event: Any) -> list[bus.Record]:
    return records_of(recorded(event), published=PUBLISHED, states=STATES)


def test_a_published_event_arrives_as_it_left() -> None:
    (record,) = leaving(BODY)
    assert (record.topic, record.key) == ("note.events", b"note-1")
    assert read_record(CODEC, texts_of(record.headers), record.value) == recorded(BODY)


def test_a_record_carries_what_cloudevents_asks_for_and_one_trace() -> None:
    (record,) = leaving(BODY)
    names = [name for name, _ in record.headers]
    assert {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time"} <= set(names)
    assert names.count("ce_traceparent") == 1
    assert len(names) == len(set(names))


def test_personal_fields_stay_and_arrive_as_none() -> None:
    person = sample(TalentRegistered)
    (record,) = leaving(person)
    assert person.full_name.encode() not in (record.value or b"")
    arrived = read_record(CODEC, texts_of(record.headers), record.value)
    assert arrived.event == replace(person, **dict.fromkeys(PERSONAL))


def test_what_is_not_published_leaves_as_its_envelope() -> None:
    (record,) = records_of(recorded(BODY), published={}, states={})
    arrived = read_record(CODEC, texts_of(record.headers), record.value)
    assert (record.value, arrived.event, arrived.version) == (b"", None, 3)


def test_what_is_too_large_leaves_as_its_envelope(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus, "PAYLOAD_LIMIT", 10)
    (record,) = leaving(BODY)
    assert record.value == b""
    assert dict(record.headers)[DATAREF] == f"/events/{UUID(int=1)}/data".encode()


def test_what_fits_points_nowhere() -> None:
    (record,) = leaving(BODY)
    assert DATAREF not in dict(record.headers)


def test_a_whole_state_that_is_too_large_points_to_the_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bus, "PAYLOAD_LIMIT", 10)
    envelope, state = leaving(sample(FactsStated))
    assert DATAREF not in dict(envelope.headers)
    assert state.value == b""
    assert dict(state.headers)[DATAREF] == f"/events/{UUID(int=1)}/state".encode()


def test_an_event_that_is_too_large_beside_its_state_points_to_its_own_payload(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bus, "PAYLOAD_LIMIT", 10)
    both: Mapping[type, Published] = {
        FactsStated: Published(classification="internal", fields=("talent_id",))
    }
    records = records_of(recorded(sample(FactsStated)), published=both, states=STATES)
    assert [dict(record.headers)[DATAREF] for record in records] == [
        f"/events/{UUID(int=1)}/data".encode(),
        f"/events/{UUID(int=1)}/state".encode(),
    ]


def test_a_state_of_somebody_forgotten_does_not_leave_any_more() -> None:
    """A tombstone follows; whoever reads states would set an empty one aside for good."""
    (envelope,) = leaving(replace(sample(FactsStated), facts=None))
    assert envelope.topic == "note.events"


def test_a_tombstone_is_never_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus, "PAYLOAD_LIMIT", 0)
    _, state = leaving(sample(TalentErased))
    assert (state.value, DATAREF in dict(state.headers)) == (None, False)


def test_a_whole_state_leaves_beside_its_envelope() -> None:
    stated = sample(FactsStated)
    envelope, state = leaving(stated)
    assert (envelope.topic, envelope.value) == ("note.events", b"")
    assert (state.topic, state.key) == ("talent.facts", b"talent-1")
    assert read_record(CODEC, texts_of(state.headers), state.value).event == stated


class _NeverLifts(Codec):
    def lift(self, name: str, shape: Shape) -> tuple[str, Shape]:
        raise LookupError(name, shape)


def test_a_payload_that_leaves_nothing_out_is_read_in_one_go() -> None:
    codec, stated = _NeverLifts(all_names()), sample(FactsStated)
    whole, person = leaving(stated)[1], leaving(sample(TalentRegistered))[0]
    assert read_record(codec, texts_of(whole.headers), whole.value).event == stated
    with pytest.raises(Undecodable):
        read_record(codec, texts_of(person.headers), person.value)


def test_erasure_leaves_a_tombstone() -> None:
    _, state = leaving(sample(TalentErased))
    assert state.value is None


WHOLE = dict(leaving(BODY)[0].headers)


def test_a_record_says_everything_about_where_it_comes_from() -> None:
    assert leaving(BODY)[0].headers == [
        ("ce_specversion", b"1.0"),
        ("content-type", b"application/json"),
        ("ce_id", str(UUID(int=1)).encode()),
        ("ce_source", b"/services/notes"),
        ("ce_type", b"body.established.v1"),
        ("ce_subject", b"note-1"),
        ("ce_time", NOON.isoformat().encode()),
        ("ce_partitionkey", b"note-1"),
        ("ce_sequence", b"00000000000000000042"),
        ("ce_streamversion", b"3"),
        ("ce_correlationid", b"matter"),
        ("ce_actor", b"clerk"),
        ("ce_dataclassification", b"public"),
        ("ce_causationid", b"cause"),
        ("ce_traceparent", TRACE.encode()),
    ]


def test_what_is_not_known_is_not_said_and_arrives_as_unknown() -> None:
    bare = replace(recorded(BODY), causation_id=None, traceparent=None, classification="internal")
    (record,) = records_of(bare, published={}, states={})
    names = [name for name, _ in record.headers]
    assert names[-1] == "ce_dataclassification"
    assert dict(record.headers)["ce_dataclassification"] == b"internal"
    headers = [one for one in record.headers if one[0] != "ce_actor"]
    arrived = read_record(CODEC, texts_of(headers), b"")
    assert arrived == replace(bare, event=None, actor="")


def test_what_leaves_is_what_is_listed_and_nothing_else() -> None:
    for names, left in ((("body_id",), b'{"body_id":"body-1"}'), ((), b"")):
        rule = Published(classification="public", fields=names)
        assert bus.public_data(BODY, {BodyEstablished: rule}) == left
    assert bus.public_data(BODY, {}) == b""


def test_a_whole_state_is_there_unless_nobody_may_read_it() -> None:
    stated = sample(FactsStated)
    assert bus.whole_state(stated, STATES) == msgspec.json.encode(stated)
    assert bus.whole_state(sample(TalentErased), STATES) is None
    assert bus.whole_state(replace(stated, facts=None), STATES) is None
    assert bus.whole_state(BODY, STATES) is None


@pytest.mark.parametrize("more", [0, 1])
def test_a_payload_leaves_as_long_as_it_is_not_larger_than_agreed(
    more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bus.PAYLOAD_LIMIT == 900_000
    size = len(leaving(BODY)[0].value or b"")
    monkeypatch.setattr(bus, "PAYLOAD_LIMIT", size - more)
    (record,) = leaving(BODY)
    assert (record.value == b"") == bool(more)
    assert len(record.headers) == len(WHOLE) + more


def test_bytes_that_are_no_text_become_one_that_a_database_takes() -> None:
    found = texts_of([("a", None), ("b", b"\xff\0x"), ("c", "人".encode())])
    assert found == {"a": "", "b": "\ufffd\ufffdx", "c": "人"}


@pytest.mark.parametrize(
    ("claimed", "version"),
    [
        ("1", 1),
        ("007", 7),
        ("9" * VERSION_DIGITS, int("9" * VERSION_DIGITS)),
        ("9" * (VERSION_DIGITS + 1), None),
        ("0", None),
        ("", None),
        ("-1", None),
        ("²", None),
        ("一", None),
    ],
)
def test_a_version_is_a_plain_number_above_nought(claimed: str, version: int | None) -> None:
    assert bus.version_in({"ce_streamversion": claimed}) == version
    assert bus.version_in({}) is None


@pytest.mark.parametrize(
    ("claimed", "stream"),
    [
        ("x", "x"),
        ("x" * 200, "x" * 200),
        ("x" * 201, None),
        ("", None),
        ("x\ny", None),
    ],
)
def test_a_stream_is_a_short_printable_name(claimed: str, stream: str | None) -> None:
    assert bus.stream_in({"ce_subject": claimed}) == stream
    assert bus.stream_in({}) is None


def test_a_payload_of_an_earlier_shape_arrives_under_the_later_name() -> None:
    codec = Codec(
        {"body.founded.v1": BodyEstablished},
        {"body.established.v1": lambda shape: ("body.founded.v1", shape)},
    )
    record = leaving(BODY)[0]
    arrived = read_record(codec, texts_of(record.headers), record.value)
    assert (arrived.name, arrived.event) == ("body.founded.v1", BODY)


def _without(name: str) -> dict[str, bytes]:
    return {key: text for key, text in WHOLE.items() if key != name}


@pytest.mark.parametrize(
    ("broken", "kind", "reason"),
    [
        (_without("ce_id"), "missing-id", "no ce_id"),
        (WHOLE | {"ce_id": b""}, "missing-id", "no ce_id"),
        (WHOLE | {"ce_id": b"not-an-id"}, "undecodable", "a malformed header"),
        (WHOLE | {"ce_time": b"yesterday"}, "undecodable", "a malformed header"),
        (WHOLE | {"ce_time": b"2026-03-02T04:00:00"}, "undecodable", "a malformed header"),
        (WHOLE | {"ce_streamversion": b"0"}, "undecodable", "no stream version"),
        (WHOLE | {"ce_subject": b""}, "undecodable", "no stream"),
        (WHOLE | {"ce_sequence": None}, "undecodable", "a malformed header"),
        (_without("ce_type"), "undecodable", "no ce_type"),
        (_without("ce_source"), "undecodable", "no ce_source"),
        (_without("ce_sequence"), "undecodable", "no ce_sequence"),
        (_without("ce_time"), "undecodable", "no ce_time"),
        (_without("ce_correlationid"), "undecodable", "no ce_correlationid"),
        (_without("ce_dataclassification"), "undecodable", "no ce_dataclassification"),
        ({}, "undecodable", "no envelope"),
        ({"content-type": b"x"}, "undecodable", "no envelope"),
    ],
)
def test_an_envelope_that_is_not_ours_says_what_it_lacks(
    broken: dict[str, bytes | None], kind: str, reason: str
) -> None:
    for read in (partial(read_record, CODEC, value=b""), bus.envelope_in):
        with pytest.raises(Undecodable) as caught:
            read(texts_of(list(broken.items())))
        assert (caught.value.kind, str(caught.value)) == (kind, reason)


@pytest.mark.parametrize(
    ("value", "kind", "reason"),
    [
        (b"\xff", "undecodable", "the payload is not JSON"),
        (b"[", "undecodable", "the payload is not JSON"),
        (b"[" * 100_000, "undecodable", "the payload is not JSON"),
        (b"[]", "schema-invalid", "does not fit"),
        (b"{}", "schema-invalid", "does not fit"),
        (b'{"body_id":7}', "schema-invalid", "does not fit at $.body_id"),
    ],
)
def test_a_payload_that_is_no_event_says_where_it_does_not_fit(
    value: bytes, kind: str, reason: str
) -> None:
    with pytest.raises(Undecodable) as caught:
        read_record(CODEC, texts_of(leaving(BODY)[0].headers), value)
    assert (caught.value.kind, str(caught.value)) == (kind, reason)


def test_a_payload_of_an_unknown_type_is_named() -> None:
    headers: Headers = list((WHOLE | {"ce_type": b"body.forgotten.v9"}).items())
    with pytest.raises(UnknownName):
        read_record(CODEC, texts_of(headers), b"{}")
    assert read_record(CODEC, texts_of(headers), b"").event is None
