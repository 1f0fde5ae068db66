"""The statements of fact lists, of which only those that are new are read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TypeAlias

import msgspec

from events.catalog.talent import Fact
from services.policy.entitlements.fact_list import digest_of_lines, line_of, stood, typed
from services.policy.remembered import Remembered
from services.policy.rules import Fact as KnownFact
from services.policy.rules.facts import as_reading
from services.policy.rules.vocabulary import Vocabulary

_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_FACT = msgspec.json.Decoder(Fact)


Numbered: TypeAlias = tuple[tuple[int, int], ...]
"""Numbers behind identities."""


@dataclass(frozen=True, slots=True)
class Statement:
    """As the registry makes it, as the rules read it if they know it, and as a digest names it.

    `numbers` are those of what the rules read, behind its identity: no outcome shows what two of
    one number differ in. `read` are the same of what is read on a day on which it counts.
    """

    text: bytes
    fact: Fact
    known: tuple[KnownFact, ...]
    line: bytes
    numbers: Numbered
    read: Numbered


class Statements:
    """Remembers at most so many, by their texts; `numbered` gives what is equal one number."""

    def __init__(
        self, vocabulary: Vocabulary, most: int, numbered: Callable[[object], int]
    ) -> None:
        self._vocabulary = vocabulary
        self._numbered = numbered
        self._read: Remembered[bytes, Statement] = Remembered(most)

    def of(self, text: str, before: Sequence[Statement] = ()) -> list[Statement]:
        """Those of a list, most of which stand where they stood `before`.

        Raises msgspec.ValidationError for a value of a wrong type.
        """
        said = list(map(bytes, _LIST.decode(text)))
        stayed = [old if old.text == new else None for old, new in zip(before, said, strict=False)]
        rest = [None] * (len(said) - len(stayed))
        return [old or self._of(new) for old, new in zip([*stayed, *rest], said, strict=True)]

    def _of(self, text: bytes) -> Statement:
        return self._read.found(text, lambda: self._statement(text))

    def _statement(self, text: bytes) -> Statement:
        fact = _FACT.decode(text)
        known = typed([fact], self._vocabulary)
        numbers = tuple([(id(each), self._numbered(_shown(each))) for each in known])
        read = tuple([(id(each), self._numbered(as_reading(each))) for each in known])
        return Statement(text, fact, known, line_of(fact), numbers, read)


def _shown(fact: KnownFact) -> tuple[object, ...]:
    """All that an outcome can show of it: when it was recorded it shows by the order of several."""
    return fact.name, fact.value, fact.source, fact.valid_from, fact.valid_to, fact.document


def numbers_in(numbered: Iterable[Numbered]) -> dict[int, int]:
    """All of them, by the identities."""
    return dict(chain.from_iterable(numbered))


def digest_at(moment: datetime, statements: Sequence[Statement]) -> str:
    """What `digest_of` says of their facts."""
    return digest_of_lines([each.line for each in statements if stood(each.fact, moment)])
