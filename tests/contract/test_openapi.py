"""Every answer of every service is described: no 2xx without a schema that says something."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from contracts.doors import service_names
from infra.local.places import ROOT

NO_CONTENT = "204"


def document_of(service: str) -> dict[str, Any]:
    path = ROOT / "contracts" / "openapi" / f"{service}.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def undescribed(document: Mapping[str, Any]) -> list[str]:
    """Every answer whose form a reader of the document cannot know."""
    return [
        f"{method} {path} {status}"
        for path, routes in document["paths"].items()
        for method, route in routes.items()
        for status, answer in route["responses"].items()
        if status.startswith("2") and status != NO_CONTENT
        if not all(says_something(one) for one in schemas_of(answer))
    ]


def schemas_of(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    content = answer.get("content", {})
    yield from (one.get("schema", {}) for one in content.values()) if content else ({},)


def says_something(schema: Mapping[str, Any]) -> bool:
    """A bare object admits anything, unless it says in which other contract its form stands."""
    match schema:
        case {"$ref": _, **beside}:
            return beside.keys() <= {"description"}
        case {"type": "array", "items": items}:
            return says_something(items)
        case {"type": "object"}:
            elsewhere = "contracts/" in schema.get("description", "")
            return elsewhere or bool(schema.get("properties"))
        case {"anyOf": choices}:
            return all(says_something(one) for one in choices)
        case _:
            return "type" in schema


@pytest.mark.parametrize("service", service_names())
def test_every_answer_has_a_schema(service: str) -> None:
    assert undescribed(document_of(service)) == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"content": {}},
        {"content": {"application/json": {}}},
        {"content": {"application/json": {"schema": {}}}},
        {"content": {"application/json": {"schema": {"type": "object", "title": "Any"}}}},
        {"content": {"application/json": {"schema": {"$ref": "#/x", "type": "object"}}}},
        {"content": {"application/json": {"schema": {"type": "array", "items": {}}}}},
    ],
)
def test_an_answer_that_says_nothing_is_found(answer: dict[str, Any]) -> None:
    document = {"paths": {"/things": {"get": {"responses": {"200": answer, "204": {}}}}}}
    assert undescribed(document) == ["get /things 200"]
