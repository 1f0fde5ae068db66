"""An answer that was put together from what is remembered, and its receipt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from services.policy.entitlements.assess import Json, canonical, digest_of_noticed
from services.policy.entitlements.conditions import Condition, Take
from services.policy.entitlements.judged import Judged, Packed
from services.policy.entitlements.marks import HERE
from services.policy.rules.ready import Ready


@dataclass(frozen=True, slots=True)
class Asked:
    """A policy as it stands on a day, and the names of all facts that it can read.

    `stated` takes their numbers; `conditions` are what it asks.
    """

    number: int
    reads: tuple[str, ...]
    stated: Take
    conditions: tuple[Condition, ...]
    ready: Ready


Telling: TypeAlias = Callable[[Asked, Judged], None]
"""Puts a policy that was judged into words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What `assess` finds: its digest and its receipt are the same to the byte.

    `tell` finds the words of what was judged just now, or was remembered without them.
    """

    basis: Json
    known_at: datetime
    asked: Sequence[Asked]
    judged: Sequence[Judged]
    tell: Telling
    package: Packed
    possible: Packed | None

    def outcome_digest(self) -> str:
        """Names what the talent would notice."""
        return digest_of_noticed(
            [each.bearing.noticed for each in self.judged],
            self.package.noticed,
            self.possible and self.possible.noticed,
        )

    def receipt(self) -> bytes:
        """The whole answer as canonical text."""
        self._tell()
        possible = None if self.possible is None else HERE
        around = canonical(
            {**self.basis, "outcomes": HERE, "package": HERE, "possible_package": possible}
        ).split(HERE)
        pieces = [around[0], *self._outcomes(), around[1], *self.package.said, around[2]]
        if self.possible is not None:
            pieces += [*self.possible.said, around[3]]
        return b"".join(pieces)

    def _outcomes(self) -> Sequence[bytes]:
        known_at = canonical(self.known_at.isoformat())
        pieces = list[bytes]()
        for each in self.judged:
            pieces.append(b"," if pieces else b"[")
            each.say(known_at, pieces)
        return [*pieces, b"]"] if pieces else [b"[]"]

    def _tell(self) -> None:
        for asked, judged in zip(self.asked, self.judged, strict=True):
            if not judged.is_told:
                self.tell(asked, judged)
