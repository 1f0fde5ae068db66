"""What would have to change for somebody who is not eligible."""

from dataclasses import dataclass
from datetime import date

from services.policy.rules.candidates import Would
from services.policy.rules.tree import Leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A fact that would have to be otherwise; with `value` it would do."""

    fact: str
    value: Would
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """`from_day` is when time alone makes the talent eligible; `changes` do it today."""

    from_day: date | None
    changes: tuple[Needed, ...]
