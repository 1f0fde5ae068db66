"""The committed contracts are those of the code, and they are sound documents."""

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from contracts.__main__ import check, documents
from contracts.channels import asyncapi
from contracts.handed_out import handed_out_schemas
from contracts.sample import sample
from contracts.schemas import schemas
from events.catalog.names import all_names
from events.sourcing.codec import personal_fields
from events.sourcing.ledger.places import EVENT_TYPE, record_of
from events.sourcing.yaml_files import read_yaml_file
from infra.local.places import ROOT
from services.feeds.handed_out import handed_out
from tests.support.ledger import SIGNER, a_record, head_over


@pytest.fixture(scope="module")
def said_by_the_code() -> Mapping[Path, str]:
    return documents()


def test_the_committed_contracts_are_those_of_the_code(
    said_by_the_code: Mapping[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(said_by_the_code) == 0, capsys.readouterr().out


def test_writing_twice_gives_the_same_bytes(said_by_the_code: Mapping[Path, str]) -> None:
    assert documents() == said_by_the_code


@pytest.mark.parametrize("name", all_names())
def test_what_leaves_of_an_event_fits_its_schema(name: str) -> None:
    schema = schemas()[name]
    Draft202012Validator.check_schema(schema)
    event = msgspec.json.decode(msgspec.json.encode(sample(all_names()[name])))
    public = {
        field: value
        for field, value in event.items()
        if field not in personal_fields(all_names()[name])
    }
    assert set(schema["properties"]) == set(public)
    Draft202012Validator(schema).validate(public)


def test_every_message_and_payload_that_a_channel_names_exists() -> None:
    document = read_yaml_file(ROOT / "contracts/asyncapi.yaml")
    assert document == json.loads(json.dumps(asyncapi()))
    messages = document["components"]["messages"]
    for channel in document["channels"].values():
        for reference in channel["messages"].values():
            assert reference["$ref"].removeprefix("#/components/messages/") in messages
    for message in messages.values():
        if "$ref" in message.get("payload", {}):
            assert (ROOT / "contracts" / message["payload"]["$ref"]).exists()


def test_a_head_fits_what_is_said_of_its_topic() -> None:
    record = record_of(SIGNER.sign(head_over(a_record(20))))
    channel = asyncapi()["channels"][record.topic]
    assert list(channel["messages"]) == [EVENT_TYPE]
    trait = asyncapi()["components"]["messageTraits"]["signedhead"]["headers"]
    headers = {name: value.decode() for name, value in record.headers if name.startswith("ce_")}
    for document, schema in (
        (headers, trait),
        (msgspec.json.decode(record.value or b""), schemas()[EVENT_TYPE]),
    ):
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(document)
        assert set(document) == set(schema["properties"]) == set(schema["required"])


@pytest.mark.parametrize("name", handed_out_schemas())
def test_what_agencies_are_handed_fits_its_own_schema_and_not_that_of_the_bus(name: str) -> None:
    text = handed_out(sample(all_names()[name]))
    assert text is not None
    data = json.loads(text)
    schema = handed_out_schemas()[name]
    Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == set(schema["required"]) == set(data)
    Draft202012Validator(schema).validate(data)
    assert not Draft202012Validator(schemas()[name]).is_valid(data)
