"""What people send as text holds no character that a database cannot keep."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter, ValidationError

from contracts.doors import service_names
from events.edge.words import Line, Printable, Words
from infra.local.places import ROOT
from tests.support.doors import whole_document

LINE = TypeAdapter[str](Line)
WORDS = TypeAdapter[str](Words)
PRINTABLE = TypeAdapter[str](Printable)
# YAML refuses such characters itself and names line and column.
PARSED = {"document"}
CONTROL = [chr(code) for code in (0, 1, 8, 11, 12, 14, 31, 127)]


@pytest.mark.parametrize("character", [*CONTROL, "\ud800"])
@pytest.mark.parametrize("kind", [LINE, WORDS, PRINTABLE])
def test_a_control_character_is_refused(kind: TypeAdapter[str], character: str) -> None:
    with pytest.raises(ValidationError):
        kind.validate_python(f"a{character}b")


def test_a_line_is_one_line_and_words_may_be_several() -> None:
    assert WORDS.validate_python(" 第一行\r\n\tsecond ") == "第一行\r\n\tsecond"
    with pytest.raises(ValidationError):
        LINE.validate_python("a\nb")
    assert LINE.validate_python(" 王样例 · Ada ") == "王样例 · Ada"


def test_only_the_printable_may_be_empty() -> None:
    assert PRINTABLE.validate_python("") == ""
    for kind in (LINE, WORDS):
        with pytest.raises(ValidationError):
            kind.validate_python("  ")


@pytest.mark.parametrize("service", service_names())
def test_no_text_that_a_service_takes_may_hold_a_nul(service: str) -> None:
    assert places_that_keep_nul(whole_document(service)) == set()


def test_a_text_without_a_form_of_its_own_is_found() -> None:
    bare = FastAPI()

    @bare.get("/things/{thing_id}")
    def thing(thing_id: str, wanted: str = "", *, name: Line) -> None:
        """Takes two texts as they come, and one that is a line."""

    assert places_that_keep_nul(bare.openapi()) == {
        "get /things/{thing_id} ?thing_id",
        "get /things/{thing_id} ?wanted",
    }


def test_every_service_s_addresses_are_looked_at_and_pages_too() -> None:
    for service in service_names():
        path = ROOT / "contracts" / "openapi" / f"{service}.json"
        published = json.loads(path.read_text(encoding="utf-8"))["paths"]
        assert published.keys() <= whole_document(service)["paths"].keys()
    assert {"/find", "/matters/{correlation_id}"} <= whole_document("ops")["paths"].keys()


def places_that_keep_nul(document: Mapping[str, Any]) -> set[str]:
    return {place for place, text in texts_taken(document) if keeps_nul(text)}


def keeps_nul(text: Mapping[str, Any]) -> bool:
    """A form, a code list or a pattern says what may stand in a text."""
    if text.keys() & {"format", "enum", "const"}:
        return False
    return "pattern" not in text or re.search(text["pattern"], "a\0b") is not None


def texts_taken(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every text in a JSON body, a query or an address; a header cannot hold such characters."""
    for path, routes in document["paths"].items():
        for method, route in routes.items():
            for given in route.get("parameters", ()):
                if given["in"] in {"query", "path"}:
                    place = f"{method} {path} ?{given['name']}"
                    yield from texts_in(given["schema"], document, place)
            for kind, body in route.get("requestBody", {}).get("content", {}).items():
                if "json" in kind:
                    yield from texts_in(body["schema"], document, f"{method} {path} ")


def texts_in(
    schema: Mapping[str, Any], document: Mapping[str, Any], place: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from texts_in(document["components"]["schemas"][name], document, place)
    if schema.get("type") == "string" and place.rpartition(".")[2] not in PARSED:
        yield place, schema
    for name, below in schema.get("properties", {}).items():
        yield from texts_in(below, document, f"{place}.{name}")
    for word in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(word), dict):
            yield from texts_in(schema[word], document, f"{place}[]")
    for below in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())):
        yield from texts_in(below, document, place)
