"""An answer that was put together from what is remembered, and its receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.policy.entitlements.assess import Json, canonical, digest_of_noticed
from services.policy.entitlements.conditions import Condition, Take
from services.policy.entitlements.judged import Judged, Packed
from services.policy.remembered import Texts
from services.policy.rules import Outcome
from services.policy.rules.evaluate import Person, judge
from services.policy.rules.ready import Ready
from services.policy.rules.render import Memo


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What `assess` finds: its digest and its receipt are the same to the byte.

    `proofs` are the outcomes that were judged just now, by the numbers of what is remembered;
    `words` are those of their conditions, `texts` those that are remembered.
    """

    basis: Json
    person: Person
    asked: Sequence[Asked]
    judged: Sequence[Judged]
    proofs: Mapping[int, Outcome]
    words: Memo
    texts: Texts
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
        known_at = canonical(self.person.view.known_at.isoformat())
        return canonical(
            {
                **self.basis,
                "outcomes": [each.said(known_at) for each in self.judged],
                "package": self.package.said(),
                "possible_package": self.possible and self.possible.said(),
            }
        )

    def _tell(self) -> None:
        for asked, judged in zip(self.asked, self.judged, strict=True):
            if not judged.is_told:
                # What was remembered without its proof is judged again: it comes out the same.
                outcome = self.proofs.get(judged.number) or judge(asked.ready, self.person)
                judged.tell(outcome, self.texts, {**self.words})
