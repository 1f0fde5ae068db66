"""What was found for somebody last, and what of it stays when they state something else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.policy.entitlements.conditions import Numbers
from services.policy.entitlements.judged import Judged
from services.policy.entitlements.statements import Statement


@dataclass(frozen=True, slots=True)
class Before:
    """What somebody stated, and by which numbers, and what came out of each policy."""

    statements: Sequence[Statement]
    said: Numbers
    policies: tuple[int, ...]
    judged: Sequence[Judged]

    def kept(
        self, said: Numbers, policies: tuple[int, ...], readers: Mapping[str, Sequence[int]]
    ) -> list[Judged | None]:
        """What stays as it is, now that this is said: what reads nothing of what has changed.

        One for each of the policies with these numbers; `readers` are the places of those that can
        read a fact.
        """
        kept = self._at(policies)
        for name, _ in self.said.items() ^ said.items():
            for place in readers.get(name, ()):
                kept[place] = None
        return kept

    def _at(self, policies: tuple[int, ...]) -> list[Judged | None]:
        if policies is self.policies:
            return [*self.judged]
        known = dict(zip(self.policies, self.judged, strict=True))
        return [known.get(each) for each in policies]


NOBODY = Before((), {}, (), ())
