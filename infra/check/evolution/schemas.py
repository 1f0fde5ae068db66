"""Reads one JSON Schema: places in it, what a reference means, which alternatives it offers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any] | bool

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# These speak to people or repeat what other keywords say; no value is valid or not by them.
REMARKS = frozenset(
    {"title", "description", "$comment", "examples", "deprecated", "readOnly", "writeOnly"}
    | {"discriminator"}
)
# These are looked at elsewhere: what absence means, and what is only said when it is referred to.
ASIDE = REMARKS | {"default", "$defs"}
NUMBER = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
# What each type of value is judged by; what belongs to another type says nothing about it.
KEYWORDS: Mapping[str, frozenset[str]] = {
    "null": frozenset(),
    "boolean": frozenset(),
    "integer": frozenset(NUMBER),
    "number": frozenset(NUMBER),
    "string": frozenset({"minLength", "maxLength", "pattern", "contentEncoding"})
    | {"contentMediaType"},
    "array": frozenset({"items", "prefixItems", "minItems", "maxItems", "uniqueItems"}),
    "object": frozenset({"properties", "required", "additionalProperties", "x-sealed"})
    | {"minProperties", "maxProperties"},
}
EVERYWHERE = frozenset({"type", "enum", "const", "format"})
TYPED = frozenset().union(*KEYWORDS.values())
ANYTHING = "anything"
_UNSAID = object()


class NotUnderstood(Exception):
    """The schema says something that this checker cannot judge."""


@dataclass(frozen=True, slots=True)
class Node:
    """One place in a document; `pointer` is its JSON pointer."""

    document: Schema
    pointer: str
    value: Schema

    def keyword(self, name: str, otherwise: Any = None) -> Any:
        return otherwise if isinstance(self.value, bool) else self.value.get(name, otherwise)

    def child(self, *path: str | int) -> "Node":
        """The place below; where nothing is said, everything is allowed."""
        value: Any = self.value
        for step in path:
            if isinstance(value, bool):
                break
            value = value[int(step)] if isinstance(value, list) else value.get(step, True)
        escaped = "".join(f"/{str(s).replace('~', '~0').replace('/', '~1')}" for s in path)
        return replace(self, pointer=self.pointer + escaped, value=value)


def root(document: Schema) -> Node:
    """The whole schema; its own name and its dialect are not part of what it says."""
    if isinstance(document, bool):
        return Node(document, "", document)
    if document.get("$schema", DIALECT) != DIALECT:
        raise NotUnderstood("$schema")
    own = {key: value for key, value in document.items() if key not in {"$schema", "$id"}}
    return Node(own, "", own)


def resolve(node: Node) -> Node:
    """The place that a reference stands for."""
    seen = set()
    while isinstance(node.value, Mapping) and "$ref" in node.value:
        pointer = node.value["$ref"]
        if set(node.value) - ASIDE != {"$ref"} or pointer in seen:
            raise NotUnderstood("$ref")
        seen.add(pointer)
        node = _referred(node, pointer)
    return node


def _referred(node: Node, pointer: str) -> Node:
    if pointer != "#" and not pointer.startswith("#/"):
        raise NotUnderstood("$ref")
    place: Any = node.document
    for step in _steps(pointer):
        if not isinstance(place, Mapping) or step not in place:
            raise NotUnderstood("$ref")
        place = place[step]
    return Node(node.document, pointer.removeprefix("#"), place)


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def alternatives(node: Node) -> list[Node]:
    """What may stand there, one place for each type or variant; all of them plain schemas."""
    return list(_alternatives(node, frozenset()))


def _alternatives(node: Node, seen: frozenset[str]) -> Iterator[Node]:
    node = resolve(node)
    if isinstance(node.value, bool):
        if node.value:
            yield replace(node, value={})
        return
    if "anyOf" not in node.value:
        yield from _by_type(node, {k: v for k, v in node.value.items() if k not in ASIDE})
        return
    if node.pointer in seen or set(node.value) - ASIDE != {"anyOf"}:
        raise NotUnderstood("anyOf")
    for nth in range(len(node.value["anyOf"])):
        yield from _alternatives(node.child("anyOf", nth), seen | {node.pointer})


def _by_type(node: Node, said: Mapping[str, Any]) -> Iterator[Node]:
    unknown = said.keys() - TYPED - EVERYWHERE
    if unknown:
        raise NotUnderstood(", ".join(sorted(unknown)))
    for kind in _types(said):
        if kind == ANYTHING:
            yield replace(node, value=said)
            continue
        judged = {k: v for k, v in said.items() if k in KEYWORDS[kind] | EVERYWHERE}
        if (values := listed(node)) is not None:
            fitting = [one for one in values if _is(one, kind)]
            if not fitting:
                continue
            judged = {k: v for k, v in judged.items() if k != "const"} | {"enum": fitting}
        yield replace(node, value=judged | {"type": kind})


def _types(said: Mapping[str, Any]) -> list[str]:
    """The types a plain schema admits, said or implied by the values it lists."""
    if "type" in said:
        types = [said["type"]] if isinstance(said["type"], str) else list(said["type"])
    elif "enum" in said or "const" in said:
        values = said.get("enum", [said.get("const")])
        types = sorted({type_of(value) for value in values})
    elif said:
        raise NotUnderstood(f"{', '.join(sorted(said))} without a type")
    else:
        types = [ANYTHING]
    if unknown := set(types) - KEYWORDS.keys() - {ANYTHING}:
        raise NotUnderstood(f"type {', '.join(sorted(unknown))}")
    return types


def listed(node: Node) -> list[Any] | None:
    """The values that may stand there, if they are listed one by one."""
    if node.keyword("const", _UNSAID) is not _UNSAID:
        if node.keyword("enum") is not None:
            raise NotUnderstood("const beside enum")
        return [node.keyword("const")]
    values: list[Any] | None = node.keyword("enum")
    return values


def kind_of(node: Node) -> str:
    """The type of an alternative."""
    return str(node.keyword("type", ANYTHING))


def type_of(value: object) -> str:
    """The JSON type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _is(value: object, kind: str) -> bool:
    return type_of(value) == kind or (kind == "number" and type_of(value) == "integer")


def said_by(node: Node) -> str:
    """What a schema says, as one text: without remarks, and with order only where it matters."""
    return json.dumps(_said(node.value), sort_keys=True)


def _said(schema: Any) -> Any:
    if not isinstance(schema, Mapping):
        return schema
    return {key: _said_of(key, value) for key, value in schema.items() if key not in REMARKS}


def _said_of(keyword: str, value: Any) -> Any:
    match keyword:
        case "properties" | "$defs":
            return {name: _said(one) for name, one in value.items()}
        case "items" | "additionalProperties":
            return _said(value)
        case "prefixItems":
            return [_said(one) for one in value]
        case "anyOf":
            return sorted(
                (_said(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True)
            )
        case "required" | "enum" | "x-sealed":
            return sorted(value, key=lambda one: json.dumps(one, sort_keys=True))
        case "type":
            return sorted(value) if isinstance(value, list) else value
        case _:
            return value


def same(old: Node, new: Node) -> bool:
    """Nothing that is said there has changed, neither directly nor behind a reference."""
    said = said_by(old)
    if said != said_by(new):
        return False
    return '"$ref"' not in said or _whole(old) == _whole(new)


def _whole(node: Node) -> str:
    """Everything that a reference may lead to."""
    return said_by(Node(node.document, "", node.document))
