"""Each class of what cannot be taken has an owner; its reason repeats nothing of the content."""

from dataclasses import dataclass

import msgspec
import pytest

from events.sourcing import faults
from events.sourcing.batches import Failed
from events.sourcing.codec import Codec, NewerVersion, UnknownName
from events.sourcing.datarefs import DataUnknown
from events.sourcing.faults import BAD_RECORDS, OWNERS, misfit, owner_of, unreadable
from events.sourcing.sealing import Unreadable
from events.sourcing.types import Recorded

CODEC = Codec({"body.established.v1": Recorded}, {"body.moved.v1": lambda shape: ("x", shape)})


def unknown(name: str) -> UnknownName:
    with pytest.raises(UnknownName) as caught:
        CODEC.shape_of(name)
    return caught.value


def test_every_class_has_an_owner() -> None:
    owners = {faults.DEVELOPERS, faults.PUBLISHER, faults.OPERATORS}
    assert set(OWNERS.values()) == owners
    assert set(BAD_RECORDS) < set(OWNERS)
    assert owner_of("left-by-an-older-version") == faults.OPERATORS


@pytest.mark.parametrize("name", ["body.established.v2", "body.established.v9", "body.moved.v2"])
def test_a_later_shape_of_a_known_name_is_newer(name: str) -> None:
    failure = unknown(name)
    assert isinstance(failure, NewerVersion)
    assert failure.newest == 1
    assert unreadable(failure).kind == "newer-version"


@pytest.mark.parametrize(
    "name",
    ["body.forgotten.v9", "body.established", "body.established.v0", "body.established.v²", ""],
)
def test_any_other_name_is_unknown(name: str) -> None:
    failure = unknown(name)
    assert not isinstance(failure, NewerVersion)
    assert unreadable(failure).kind == "unknown-type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    names: dict[str, list[int]]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"names": {"Zhang Wei": ["Zhang Wei"]}}, "does not fit at $.names[...][0]"),
        ({"names": {"Zhang Wei": 1}}, "does not fit at $.names[...]"),
        ({}, "does not fit"),
    ],
)
def test_a_misfit_names_the_place_and_not_what_stands_there(said: object, reason: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(said, Shape)
    assert misfit(caught.value) == reason
    assert unreadable(caught.value).kind == "schema-invalid"


def test_what_pretends_to_be_a_place_is_not_repeated() -> None:
    failure = msgspec.ValidationError("Invalid enum value 'x - at `$.Zhang Wei`'")
    assert misfit(failure) == "does not fit"


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (Unreadable("1/full_name"), "seal-broken"),
        (msgspec.DecodeError("Zhang Wei"), "undecodable"),
        (RecursionError("Zhang Wei"), "undecodable"),
        (KeyError("Zhang Wei"), "schema-invalid"),
    ],
)
def test_what_a_stored_event_fails_with_says_nothing_of_it(failure: Exception, kind: str) -> None:
    failed = unreadable(failure)
    assert failed.kind == kind
    assert "Zhang" not in failed.reason


@pytest.mark.parametrize(
    ("failure", "kind", "reason"),
    [
        (faults.Undecodable("no ce_id", kind="missing-id"), "missing-id", "no ce_id"),
        (faults.Undecodable("no envelope"), "undecodable", "no envelope"),
        (DataUnknown("x"), "undecodable", "its publisher does not know its payload"),
        (unknown("body.established.v2"), "newer-version", "known up to v1"),
        (unknown("x"), "unknown-type", "no such name in the catalog"),
        (Unreadable("x"), "seal-broken", "a sealed value does not open with its key"),
        (msgspec.ValidationError("x - at `$.a`"), "schema-invalid", "does not fit at $.a"),
        (msgspec.DecodeError("x"), "undecodable", "the payload is not JSON"),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "x"), "undecodable", "the payload is not JSON"),
        (ValueError("x - at `$.a[0]`"), "schema-invalid", "does not fit at $.a[0]"),
        (TypeError("x"), "schema-invalid", "does not fit"),
    ],
)
def test_each_failure_has_its_class_and_its_reason(
    failure: Exception, kind: str, reason: str
) -> None:
    assert unreadable(failure) == Failed(kind=kind, reason=reason)


def test_a_hole_says_what_came_and_what_was_seen() -> None:
    assert faults.hole(7, 4) == Failed(kind="hole", reason="version 7 after 4")


def test_it_is_always_the_same_ones_who_must_act() -> None:
    by_owner = {
        owner: {kind for kind in OWNERS if owner_of(kind) == owner} for owner in OWNERS.values()
    }
    assert by_owner == {
        "developers": {"poison"},
        "publisher": {
            *("unknown-type", "schema-invalid", "undecodable"),
            *("missing-id", "null-value", "too-large"),
        },
        "operators": {
            *("behind", "hole", "ready", "newer-version", "clock-off"),
            *("seal-broken", "forked", "retracted"),
        },
    }


def test_a_bad_record_gives_way_to_a_sound_one_and_what_is_sound_does_not() -> None:
    assert set(BAD_RECORDS) == {
        *("unknown-type", "newer-version", "schema-invalid", "undecodable"),
        *("missing-id", "null-value", "too-large", "clock-off"),
    }
    assert {"behind", "ready", "hole"} == faults.SOUND
    assert (faults.LATER.kind, faults.NEXT.kind) == ("behind", "ready")
    assert faults.LATER.reason == "an earlier event of this stream is parked"
    assert faults.NEXT.reason == "nothing stands before it any more"
