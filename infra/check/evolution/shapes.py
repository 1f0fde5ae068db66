"""The shapes of the code: what leaves of each event, what is stored, what agencies are handed."""

from collections.abc import Mapping
from typing import Any

from contracts.handed_out import handed_out_schemas
from contracts.schemas import event_schema, schemas
from events.catalog.names import all_names
from events.sourcing.codec import personal_fields

RECEIVED = "received"
STORED = "stored"
HANDED_OUT = "handed-out"


def shapes() -> Mapping[str, dict[str, Any]]:
    """By view and name, such as `received/NAME`; a whole state, received too, as `NAME.state`."""
    return {
        **{f"{RECEIVED}/{name}": schema for name, schema in schemas().items()},
        **{f"{STORED}/{name}": _stored(name, shape) for name, shape in all_names().items()},
        **{f"{HANDED_OUT}/{name}": schema for name, schema in handed_out_schemas().items()},
    }


def _stored(name: str, shape: type) -> dict[str, Any]:
    """Every field once opened, and which of them are sealed."""
    sealed = sorted(personal_fields(shape))
    return {**event_schema(name, shape, without=()), **({"x-sealed": sealed} if sealed else {})}
