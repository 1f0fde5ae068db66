"""Stored bytes carry explicit names and sealed values, and old shapes are lifted."""

import json
import re
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.catalog.talent import Fact, FactsStated, TalentRegistered
from events.sourcing.codec import Codec, UnknownName, personal_fields
from events.sourcing.sealing import NONCE_BYTES, WORTH_BYTES, Unreadable, new_key, seal, unseal

ONE, TWO = UUID(int=1), UUID(int=2)
NAMES = {
    "body.established.v2": BodyEstablished,
    "talent.registered.v1": TalentRegistered,
    "talent.facts-stated.v1": FactsStated,
}
CODEC = Codec(NAMES)
KEYS = {"talent-1": new_key()}
PERSON = sample(TalentRegistered)
LONG = sample(FactsStated, facts=(sample(Fact),) * 50)
"""Its facts are compressed before they are sealed."""


@pytest.mark.parametrize("shape", NAMES.values())
def test_what_was_written_is_read_again(shape: type) -> None:
    event = sample(shape)
    stored = CODEC.encode(event, event_id=ONE, keys=KEYS)
    assert CODEC.decode(CODEC.name_of(event), stored, event_id=ONE, keys=KEYS) == event


def test_what_was_compressed_is_read_where_it_was_sealed_and_with_its_key_alone() -> None:
    name = "talent.facts-stated.v1"
    stored = CODEC.encode(LONG, event_id=ONE, keys=KEYS)
    assert len(stored) < len(msgspec.json.encode(LONG)) / 3
    assert CODEC.decode(name, stored, event_id=ONE, keys=KEYS) == LONG
    assert CODEC.decode(name, stored, event_id=ONE, keys={}) == replace(LONG, facts=None)
    for place, keys in ((TWO, KEYS), (ONE, {"talent-1": new_key()})):
        with pytest.raises(Unreadable):
            CODEC.decode(name, stored, event_id=place, keys=keys)


def test_several_threads_may_seal_and_open_at_once() -> None:
    texts = [b'"' + str(n).encode() * 100_000 + b'"' for n in range(8)]

    def through(text: bytes) -> bytes:
        sealed = seal(KEYS["talent-1"], text, place="here")
        return unseal(KEYS["talent-1"], sealed, place="here")

    with ThreadPoolExecutor(max_workers=4) as threads:
        assert list(threads.map(through, texts * 5)) == texts * 5


@pytest.mark.parametrize(
    ("text", "named"), [(b'[{"name":7}]', "`$.facts[0].name`"), (b"7", "`$.facts`")]
)
def test_what_does_not_fit_once_it_is_open_is_named_from_the_whole(text: bytes, named: str) -> None:
    stored = json.loads(CODEC.encode(LONG, event_id=ONE, keys=KEYS))
    stored["facts"] = {"sealed": seal(KEYS["talent-1"], text, place=f"{ONE}/facts")}
    with pytest.raises(msgspec.ValidationError, match=re.escape(named)):
        CODEC.decode("talent.facts-stated.v1", json.dumps(stored).encode(), event_id=ONE, keys=KEYS)


def test_every_personal_field_is_sealed_and_nothing_else() -> None:
    stored = json.loads(CODEC.encode(PERSON, event_id=ONE, keys=KEYS))
    sealed = {name for name, value in stored.items() if isinstance(value, dict)}
    assert sealed == set(personal_fields(TalentRegistered))
    assert stored["talent_id"] == "talent-1"


def test_the_same_value_never_looks_the_same_twice() -> None:
    stored = [CODEC.encode(PERSON, event_id=ONE, keys=KEYS) for _ in range(2)]
    assert stored[0] != stored[1]


def test_without_the_key_a_sealed_value_reads_as_none() -> None:
    stored = CODEC.encode(PERSON, event_id=ONE, keys=KEYS)
    event = CODEC.decode("talent.registered.v1", stored, event_id=ONE, keys={})
    assert (event.full_name, event.identity_number) == (None, None)
    assert event.registered_at == PERSON.registered_at


def test_a_sealed_value_moved_to_another_event_is_unreadable() -> None:
    stored = CODEC.encode(PERSON, event_id=ONE, keys=KEYS)
    with pytest.raises(Unreadable):
        CODEC.decode("talent.registered.v1", stored, event_id=TWO, keys=KEYS)


def test_a_sealed_value_moved_to_another_field_is_unreadable() -> None:
    stored = json.loads(CODEC.encode(PERSON, event_id=ONE, keys=KEYS))
    stored["full_name"] = stored["identity_number"]
    with pytest.raises(Unreadable):
        CODEC.decode("talent.registered.v1", json.dumps(stored).encode(), event_id=ONE, keys=KEYS)


def test_with_another_persons_key_it_is_unreadable() -> None:
    stored = CODEC.encode(PERSON, event_id=ONE, keys=KEYS)
    with pytest.raises(Unreadable):
        CODEC.decode("talent.registered.v1", stored, event_id=ONE, keys={"talent-1": new_key()})


def test_what_repeats_itself_is_small_once_sealed() -> None:
    value = b'"' + b"full-time " * 1_000 + b'"'
    sealed = seal(KEYS["talent-1"], value, place="here")
    assert len(sealed) < len(value) / 10
    assert unseal(KEYS["talent-1"], sealed, place="here") == value


@pytest.mark.parametrize("value", [b"null", b'"' + b"x" * (WORTH_BYTES - 3) + b'"'])
def test_what_is_short_is_sealed_as_it_is(value: bytes) -> None:
    assert _opened_by_hand(seal(KEYS["talent-1"], value, place="here")) == value


def test_what_cannot_be_made_smaller_is_sealed_as_it_is() -> None:
    value = Random(1).randbytes(WORTH_BYTES * 2)
    assert _opened_by_hand(seal(KEYS["talent-1"], value, place="here")) == value


def test_what_was_sealed_at_its_full_length_is_still_read() -> None:
    value = b'["' + b"full-time " * 100 + b'"]'
    nonce = bytes(NONCE_BYTES)
    sealed = b64encode(nonce + AESGCM(KEYS["talent-1"]).encrypt(nonce, value, b"here"))
    assert unseal(KEYS["talent-1"], sealed.decode(), place="here") == value


def _opened_by_hand(sealed: str) -> bytes:
    raw = b64decode(sealed)
    return AESGCM(KEYS["talent-1"]).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], b"here")


def test_an_old_shape_passes_through_its_upcasters() -> None:
    def to_second(shape: dict[str, object]) -> tuple[str, dict[str, object]]:
        return "body.established.v2", {**shape, "region": "310000"}

    codec = Codec(NAMES, {"body.established.v1": to_second})
    new = sample(BodyEstablished, region="310000")
    old = json.loads(codec.encode(new, event_id=ONE, keys={}))
    del old["region"]
    stored = json.dumps(old).encode()
    assert codec.decode("body.established.v1", stored, event_id=ONE, keys={}) == new


def test_a_name_nobody_knows_is_named() -> None:
    with pytest.raises(UnknownName, match=r"body\.forgotten\.v1"):
        CODEC.decode("body.forgotten.v1", b"{}", event_id=ONE, keys={})
