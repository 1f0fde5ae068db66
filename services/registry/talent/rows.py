"""A fact list as it is kept in a read model's column, and back."""

from collections.abc import Iterable
from typing import Any

import msgspec

from events.catalog.talent import Fact


def to_rows(facts: Iterable[Fact]) -> Any:
    """Plain lists and texts, as JSON has them."""
    return msgspec.to_builtins(tuple(facts))


def from_rows(rows: Any) -> tuple[Fact, ...]:
    """The facts again."""
    return msgspec.convert(rows, tuple[Fact, ...])
