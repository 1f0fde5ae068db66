"""The shapes of the code as it stands: what leaves of each event, and what its journal stores."""

from collections.abc import Mapping
from typing import Any

from contracts.schemas import event_schema, schemas
from events.catalog.names import all_names
from events.sourcing.codec import personal_fields

RECEIVED = "received"
STORED = "stored"


def shapes() -> Mapping[str, dict[str, Any]]:
    """By view and name: `received/NAME`, `received/NAME.state` for a whole state, `stored/NAME`."""
    return {
        **{f"{RECEIVED}/{name}": schema for name, schema in schemas().items()},
        **{f"{STORED}/{name}": _stored(name, shape) for name, shape in all_names().items()},
    }


def _stored(name: str, shape: type) -> dict[str, Any]:
    """Every field once opened, and which of them are sealed."""
    sealed = sorted(personal_fields(shape))
    return {**event_schema(name, shape, without=()), **({"x-sealed": sealed} if sealed else {})}
