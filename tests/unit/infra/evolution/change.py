"""How an example of a change to an event's schema is written down."""

from dataclasses import dataclass
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]
Expected: TypeAlias = set[tuple[str, str, str]]

SAFE, UPCASTER, FORBIDDEN = "safe", "safe-with-upcaster", "forbidden"

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
NULL: Schema = {"type": "null"}
DAY: Schema = {"type": "string", "format": "date"}
OPEN_OR_DONE: Schema = {"enum": ["open", "done"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    old: Schema
    new: Schema
    expected: Expected


def said(*, required: tuple[str, ...] = (), **properties: Any) -> Schema:
    """An object of these properties."""
    return saying(properties, *required)


def saying(properties: Schema, *required: str) -> Schema:
    """The same, where a name is none that Python knows."""
    return {"type": "object", "properties": properties, "required": list(required)}


def of_property(old: Any, new: Any, *expected: tuple[str, str]) -> Change:
    """The same required property `a` of every event, said otherwise."""
    return Change(
        old=said(required=("a",), a=old),
        new=said(required=("a",), a=new),
        expected={("/properties/a", kind, verdict) for kind, verdict in expected},
    )


def below_property(old: Any, new: Any, *expected: tuple[str, str, str]) -> Change:
    """The same, where the finding lies below the property."""
    change = of_property(old, new)
    found = {(f"/properties/a{path}", kind, verdict) for path, kind, verdict in expected}
    return Change(old=change.old, new=change.new, expected=found)


def either(*alternatives: Schema) -> Schema:
    return {"anyOf": list(alternatives)}


def listing(items: Any) -> Schema:
    return {"type": "array", "items": items}


def referring(definition: Schema, name: str = "Fact") -> Schema:
    """Two properties that hold the same definition."""
    there = {"$ref": f"#/$defs/{name}"}
    return {**said(required=("a", "b"), a=there, b=there), "$defs": {name: definition}}


def tree(node: Schema) -> Schema:
    """A definition that holds itself."""
    branch = {**node, "properties": {**node["properties"], "under": {"$ref": "#/$defs/Node"}}}
    return {"$ref": "#/$defs/Node", "$defs": {"Node": branch}}


def tagged(kind: str, **properties: Any) -> Schema:
    return said(required=("kind", *properties), kind={"const": kind}, **properties)


NOT_UNDERSTOOD = ("not-understood", FORBIDDEN)
