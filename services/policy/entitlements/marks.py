"""Words that are known already: a mark stands for them while what is around them is written."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from services.policy.rules.render import Memo

_MARK = b"\0"
"""JSON has it nowhere, not even within a text."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The canonical text of something, and a name that nothing else has that is kept with it."""

    name: bytes
    mark: msgspec.Raw
    words: bytes


def marked(thing: object, words: bytes) -> Marked:
    name = b"%d" % id(thing)
    return Marked(name, mark_of(name), words)


def mark_of(name: bytes) -> msgspec.Raw:
    """What is written where the words belong."""
    return msgspec.Raw(_MARK + name + _MARK)


class Marks:
    """`memo` has the marks for whoever puts things into words."""

    def __init__(self) -> None:
        self.memo: Memo = {}
        self._words: dict[bytes, bytes] = {}

    def put(self, said: Marked, thing: object) -> None:
        """Say this of a thing, which must be kept as long as the marks are."""
        self.memo[id(thing)] = said.mark
        self._words[said.name] = said.words

    def filled(self, text: bytes) -> Sequence[bytes]:
        """The text in pieces, with the words where their marks stand."""
        pieces = text.split(_MARK)
        words = self._words
        pieces[1::2] = [words[name] for name in pieces[1::2]]
        return pieces
