"""The programme of one part while it is built: what each chosen offer pays so far."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.policy.rules.interactions import Interaction
from services.policy.rules.outcome import Offer
from services.policy.rules.picks import Pick
from services.policy.rules.programme import Node, Programme
from services.policy.rules.scene import Scene
from services.policy.rules.shelf import Shelf

_Some = TypeVar("_Some")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """What items pay together at most, in all or in one calendar year (that of the day is 0)."""

    items: tuple[int, ...]
    least_fen: int
    most_fen: int
    year: int | None = None


@dataclass(slots=True)
class Build:
    """`nodes` are what items pay before the `ceilings` are kept.

    `caps` are for the search: which items pay together at most how much.
    """

    scene: Scene
    shelf: Shelf
    interactions: Sequence[Interaction]
    programme: Programme = field(default_factory=Programme)
    nodes: dict[int, Node] = field(default_factory=dict)
    ceilings: list[Ceiling] = field(default_factory=list)
    caps: list[tuple[int, int]] = field(default_factory=list)
    kinds: dict[type, list[Any]] = field(default_factory=dict, repr=False)

    @property
    def part(self) -> tuple[Offer, ...]:
        return self.shelf.offers


def members_of(build: Build, members: Sequence[Pick]) -> list[int]:
    """The items that these picks name."""
    return [build.shelf.place(offer) for offer in build.shelf.among(members)]


def groups_by(items: Iterable[int], name_of: Callable[[int], str | None]) -> list[list[int]]:
    """The items that share a name, in the order of the names."""
    groups: dict[str, list[int]] = {}
    for item in items:
        groups.setdefault(name_of(item) or "", []).append(item)
    return [groups[name] for name in sorted(groups)]


def only(build: Build, kind: type[_Some]) -> list[_Some]:
    """The interactions of one kind."""
    found = build.kinds.get(kind)
    if found is None:
        found = build.kinds[kind] = [e for e in build.interactions if isinstance(e, kind)]
    return found
