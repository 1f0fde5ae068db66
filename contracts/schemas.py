"""The JSON Schema of what leaves of each event."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from inspect import cleandoc
from types import NoneType
from typing import Annotated, Any, get_args, get_type_hints

import msgspec

from contracts.border import states
from events.catalog.names import all_names
from events.sourcing.codec import personal_fields
from events.sourcing.ledger.head import HeadShape
from events.sourcing.ledger.places import EVENT_TYPE as HEAD_SIGNED

DIALECT = "https://json-schema.org/draft/2020-12/schema"


MOMENT = Annotated[datetime, msgspec.Meta(tz=True)]


def schemas() -> Mapping[str, dict[str, Any]]:
    """Every payload by its name; a whole state, which is complete, as `NAME.state`."""
    events = {name: event_schema(name, shape) for name, shape in all_names().items()}
    whole = {
        f"{name}.state": event_schema(f"{name}.state", shape, without=())
        for name, shape in all_names().items()
        if (state := states().get(shape)) is not None and not state.tombstone
    }
    return dict(sorted({**events, **whole, HEAD_SIGNED: head_schema()}.items()))


def event_schema(name: str, shape: type, *, without: Iterable[str] | None = None) -> dict[str, Any]:
    """What others receive of an event: all that is not personal, unless told otherwise."""
    left_out = personal_fields(shape) if without is None else without
    received = _received(shape, frozenset(left_out))
    (_,), definitions = msgspec.json.schema_components([received], ref_template="#/$defs/{name}")
    body = definitions.pop(received.__name__)
    return {
        "$schema": DIALECT,
        "$id": f"urn:concord:event:{name}",
        "title": name,
        **({"description": cleandoc(shape.__doc__ or "")} if _has_own_docstring(shape) else {}),
        **{key: value for key, value in body.items() if key not in {"title", "description"}},
        **({"$defs": {n: _told(d) for n, d in definitions.items()}} if definitions else {}),
    }


def _told(definition: dict[str, Any]) -> dict[str, Any]:
    """Its description without the indentation of the code, which Python keeps up to 3.12."""
    if "description" not in definition:
        return definition
    return {**definition, "description": cleandoc(definition["description"])}


def head_schema() -> dict[str, Any]:
    """What arrives on `record.heads`: no event of a stream, but what vouches for all of them."""
    (_,), definitions = msgspec.json.schema_components([HeadShape], ref_template="#/$defs/{name}")
    return {
        "$schema": DIALECT,
        "$id": f"urn:concord:event:{HEAD_SIGNED}",
        **definitions[HeadShape.__name__],
        "title": HEAD_SIGNED,
        "description": cleandoc(HeadShape.__doc__ or ""),
    }


def _received(shape: type, left_out: frozenset[str]) -> type:
    hints = get_type_hints(shape, include_extras=True)
    received = [(f.name, _zoned(hints[f.name])) for f in fields(shape) if f.name not in left_out]
    return msgspec.defstruct(shape.__name__, received, kw_only=True)


def _zoned(hint: Any) -> Any:
    """Moments always carry their zone; only an annotation makes the schema say so."""
    if hint is datetime:
        return MOMENT
    return MOMENT | None if set(get_args(hint)) == {datetime, NoneType} else hint


def _has_own_docstring(shape: type) -> bool:
    """A dataclass without one is given its signature."""
    return bool(shape.__doc__) and not str(shape.__doc__).startswith(f"{shape.__name__}(")
