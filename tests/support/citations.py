"""Every citation of a policy, found without knowing where the format has them."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from services.policy.rules.tree import Cite


def cites_of(part: Any) -> Iterator[Cite]:
    """Every citation of a policy, wherever it stands."""
    if isinstance(part, Cite):
        yield part
    elif is_dataclass(part):
        for field in fields(part):
            yield from cites_of(getattr(part, field.name))
    elif isinstance(part, tuple):
        for inner in part:
            yield from cites_of(inner)
