"""What was found lately, so that it need not be found again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Keeps `most` of them; what was not asked for the longest is let go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()

    def found(self, key: K, find: Callable[[], V]) -> V:
        """What is remembered under the key; it is looked for where that is nothing."""
        kept = self._kept.get(key)
        if kept is None:
            kept = find()
            self.keep(key, kept)
        else:
            self._kept.move_to_end(key)
        return kept

    def known(self, key: K) -> V | None:
        """What is remembered under the key, if anything is."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def keep(self, key: K, new: V) -> None:
        """Remember this under the key."""
        self._kept[key] = new
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def let_go(self, key: K) -> None:
        """Remember nothing under the key."""
        self._kept.pop(key, None)


class Texts:
    """Keeps texts in pieces: what many of them have in common is kept once.

    Of more than `most` pieces it knows none any longer, and begins to share anew.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._pieces: dict[bytes, bytes] = {}

    def shared(self, pieces: Sequence[bytes]) -> tuple[bytes, ...]:
        """The same pieces, each as it is kept."""
        if len(self._pieces) > self._most:
            self._pieces.clear()
        return tuple(map(self._pieces.setdefault, pieces, pieces))
