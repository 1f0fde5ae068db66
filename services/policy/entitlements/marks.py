"""Words that are known already: a mark stands for them while what is around them is written."""

from collections.abc import Iterable, Sequence

import msgspec

from services.policy.remembered import Texts
from services.policy.rules.render import Memo

_MARK = b"\0"
"""JSON has it nowhere, not even within a text."""


def mark_of(name: bytes) -> msgspec.Raw:
    """What is written where the words belong."""
    return msgspec.Raw(_MARK + name + _MARK)


HERE = mark_of(b"")


def marks_of(things: Iterable[object]) -> Memo:
    """For whoever puts them into words: each is left open, by its place among them.

    They must be kept as long as this is.
    """
    return {id(thing): mark_of(b"%d" % place) for place, thing in enumerate(things)}


class Draft:
    """A text with gaps, where the words of things belong that had marks."""

    __slots__ = ("_gaps", "_pieces")

    def __init__(self, text: bytes, texts: Texts) -> None:
        around = text.split(_MARK)
        self._gaps = tuple(map(int, around[1::2]))
        self._pieces = texts.shared(around)

    def at(self, place: int) -> int:
        """Which piece has the words of the thing at this place, if no other has."""
        return 2 * self._gaps.index(place) + 1

    def filled(self, words: Sequence[bytes]) -> Sequence[bytes]:
        """The text in pieces, with the words of the things in their order."""
        pieces = [*self._pieces]
        pieces[1::2] = [words[place] for place in self._gaps]
        return pieces


def listed(words: Sequence[bytes]) -> Sequence[bytes]:
    """The pieces of a list of them."""
    if not words:
        return [b"[]"]
    pieces = [b"[", *[b","] * (2 * len(words) - 1), b"]"]
    pieces[1:-1:2] = words
    return pieces
