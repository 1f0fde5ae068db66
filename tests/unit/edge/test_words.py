"""What people send as text holds no character that a database cannot keep."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from events.edge.words import Line, Printable, Words
from infra.local.places import ROOT

LINE = TypeAdapter[str](Line)
WORDS = TypeAdapter[str](Words)
PRINTABLE = TypeAdapter[str](Printable)
OPENAPI = ROOT / "contracts" / "openapi"
SERVICES = ("concierge", "feeds", "matching", "registry")
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


@pytest.mark.parametrize("service", SERVICES)
def test_no_text_that_a_service_takes_may_hold_a_nul(service: str) -> None:
    document = json.loads((OPENAPI / f"{service}.json").read_text(encoding="utf-8"))
    taken = dict(texts_taken(document))
    assert {place for place, text in taken.items() if keeps_nul(text)} == set()


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
