"""The statements of fact lists, of which only those that are new are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from events.catalog.talent import Fact
from services.policy.entitlements.fact_list import digest_of_lines, line_of, stood, typed
from services.policy.remembered import Remembered
from services.policy.rules import Fact as KnownFact
from services.policy.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Statement:
    """As the registry makes it, as the rules read it if they know it, and as a digest names it."""

    fact: Fact
    known: tuple[KnownFact, ...]
    line: bytes


class Statements:
    """Remembers at most so many, by their texts."""

    def __init__(self, vocabulary: Vocabulary, most: int) -> None:
        self._vocabulary = vocabulary
        self._read: Remembered[bytes, Statement] = Remembered(most)

    def of(self, text: str) -> list[Statement]:
        """Those of a list. Raises msgspec.ValidationError for a value of a wrong type."""
        return [self._of(bytes(each)) for each in msgspec.json.decode(text, type=list[msgspec.Raw])]

    def _of(self, text: bytes) -> Statement:
        return self._read.found(text, lambda: self._statement(text))

    def _statement(self, text: bytes) -> Statement:
        fact = msgspec.json.decode(text, type=Fact)
        return Statement(fact, typed([fact], self._vocabulary), line_of(fact))


def digest_at(moment: datetime, statements: Sequence[Statement]) -> str:
    """What `digest_of` says of their facts."""
    return digest_of_lines([each.line for each in statements if stood(each.fact, moment)])
