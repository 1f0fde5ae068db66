"""One package worked by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.policy.rules.doubts import DoubtKind
from tests.unit.policy.rules.package_samples import World, benefit

MONTHS_24 = "{months: 24}"
MIN_HANG, CITY = "minhang", "shanghai"


@dataclass(frozen=True, kw_only=True)
class Row:
    """`pays` and `costs` are yuan; no cost means that it cannot be forced in at all."""

    clause: str
    world: World
    pays: Mapping[str, int]
    costs: Mapping[str, int | None] = field(default_factory=dict)
    doubts: Sequence[DoubtKind] = ()


def two(a: int, b: int, item: str = "living") -> dict[str, str]:
    return {"A": benefit("b", a, item), "B": benefit("b", b, item)}
