"""What is done in the process that only judges: all of it is called there, nothing from here.

It remembers what it found of whom, until it is told to forget, and ends with its service's process.
"""

import pickle
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.policy.dictionaries.dictionary import Dictionary
from services.policy.entitlements.judge import Judge
from services.policy.policies.views import Consolidated
from services.policy.rules import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What everybody is judged by for a while; each question is of a moment of its own.

    `behind` is the text that receipts are written behind.
    """

    key: UUID
    seen: Consolidated
    vocabulary: Vocabulary
    behind: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whose list is judged; a receipt is asked for unless the outcome has the digest `stands`."""

    whose: str
    facts: str = field(repr=False)
    facts_version: int
    known_at: datetime
    stands: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Names what the talent would notice, with the receipt as base64.

    That is empty where none was asked for, or there is no text to write it behind.
    """

    digest: str
    receipt: str = field(repr=False)


class Sitting:
    """Judges by one basis; what was found before by the same words is remembered."""

    def __init__(self, basis: Basis, before: "Sitting | None") -> None:
        self.basis = basis
        if before is None or before.basis.vocabulary.digest != basis.vocabulary.digest:
            self.judge = Judge(basis.vocabulary)
        else:
            self.judge = before.judge
        self._behind = None if basis.behind is None else Dictionary(basis.behind)

    def found(self, asked: Question) -> Found | Exception:
        """One list that cannot be judged holds up none that goes with it."""
        try:
            return self._found(asked)
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is of this list alone
            return _portable(failure)

    def _found(self, asked: Question) -> Found:
        seen = self.basis.seen
        answer = self.judge.answer(
            replace(seen, view=replace(seen.view, known_at=asked.known_at)),
            asked.facts,
            facts_version=asked.facts_version,
            whose=asked.whose,
        )
        digest = answer.outcome_digest()
        if digest == asked.stands or self._behind is None:
            return Found(digest=digest, receipt="")
        packed = self._behind.packed(answer.receipt())
        return Found(digest=digest, receipt=b64encode(packed).decode())


class Chamber:
    """One sitting after the other."""

    def __init__(self) -> None:
        self._sitting: Sitting | None = None

    def found(self, key: UUID, asked: Sequence[Question]) -> list[Found | Exception] | None:
        """One for each; nothing where the basis of this key is not what was told last."""
        sitting = self._sitting
        if sitting is None or sitting.basis.key != key:
            return None
        return [sitting.found(question) for question in asked]

    def learned(self, basis: Basis, asked: Sequence[Question]) -> list[Found | Exception]:
        """The same by a basis that is told now."""
        self._sitting = sitting = Sitting(basis, self._sitting)
        return [sitting.found(question) for question in asked]

    def forget(self, whose: str) -> None:
        """Remember of nobody what was found for them last."""
        if self._sitting is not None:
            self._sitting.judge.forget(whose)


def _portable(failure: Exception) -> Exception:
    """The failure if it can be sent, or its name: what else was found goes with it."""
    try:
        pickle.loads(pickle.dumps(failure))  # noqa: S301 - its own words
    except Exception:  # noqa: BLE001 - whatever its class makes impossible
        return RuntimeError(type(failure).__name__)
    return failure


HERE = Chamber()
"""The one of this process: by its name it is found there by whoever asks from elsewhere."""


def found(key: UUID, asked: Sequence[Question]) -> list[Found | Exception] | None:
    """See `Chamber`."""
    return HERE.found(key, asked)


def learned(basis: Basis, asked: Sequence[Question]) -> list[Found | Exception]:
    """See `Chamber`."""
    return HERE.learned(basis, asked)


def forget(whose: str) -> None:
    """See `Chamber`."""
    HERE.forget(whose)
