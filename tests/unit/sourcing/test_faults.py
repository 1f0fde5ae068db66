"""Each class of what cannot be taken has an owner; its reason repeats nothing of the content."""

from dataclasses import dataclass

import msgspec
import pytest

from events.sourcing import faults
from events.sourcing.codec import Codec, NewerVersion, UnknownName
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
