"""A record on the bus is a CloudEvent in binary mode; what cannot be read says so."""

from dataclasses import fields, replace
from typing import Any
from uuid import UUID

import pytest

from contracts.sample import NOON, sample
from events.catalog.body import BodyEstablished
from events.catalog.names import all_names
from events.catalog.talent import FactsStated, TalentErased, TalentRegistered
from events.sourcing import bus
from events.sourcing.bus import Headers, read_record, records_of
from events.sourcing.codec import Codec, UnknownName, personal_fields
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
    assert read_record(CODEC, value=record.value, headers=record.headers) == recorded(BODY)


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
    arrived = read_record(CODEC, value=record.value, headers=record.headers)
    assert arrived.event == replace(person, **dict.fromkeys(PERSONAL))


def test_what_is_not_published_leaves_as_its_envelope() -> None:
    (record,) = records_of(recorded(BODY), published={}, states={})
    arrived = read_record(CODEC, value=record.value, headers=record.headers)
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
    assert read_record(CODEC, value=state.value, headers=state.headers).event == stated


def test_erasure_leaves_a_tombstone() -> None:
    _, state = leaving(sample(TalentErased))
    assert state.value is None


WHOLE = dict(leaving(BODY)[0].headers)


@pytest.mark.parametrize(
    "broken",
    [
        {name: text for name, text in WHOLE.items() if name != "ce_id"},
        WHOLE | {"ce_id": b"not-an-id"},
        WHOLE | {"ce_time": b"yesterday"},
        WHOLE | {"ce_streamversion": b"0"},
        WHOLE | {"ce_streamversion": "²".encode()},
        WHOLE | {"ce_streamversion": b"9999999999"},
        WHOLE | {"ce_sequence": None},
        {},
    ],
)
def test_an_envelope_that_is_not_ours_is_undecodable(broken: dict[str, bytes | None]) -> None:
    with pytest.raises(Undecodable):
        read_record(CODEC, value=b"", headers=list(broken.items()))


@pytest.mark.parametrize("value", [b"\xff", b"[]", b"{}", b'{"body_id":7}'])
def test_a_payload_that_is_no_event_is_undecodable(value: bytes) -> None:
    with pytest.raises(Undecodable):
        read_record(CODEC, value=value, headers=leaving(BODY)[0].headers)


def test_a_payload_of_an_unknown_type_is_named() -> None:
    headers: Headers = list((WHOLE | {"ce_type": b"body.forgotten.v9"}).items())
    with pytest.raises(UnknownName):
        read_record(CODEC, value=b"{}", headers=headers)
    assert read_record(CODEC, value=b"", headers=headers).event is None
