"""What was found in committed tables stays found until one of them changes."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from tests.simulation.database.translation import Words

if TYPE_CHECKING:
    from tests.simulation.database.server import Found


class Remembered:
    """Answers by what was asked; most readers ask again and again what nobody has changed."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Found] = {}
        self._about: defaultdict[str, set[Hashable]] = defaultdict(set)

    def answer(self, asked: Hashable) -> "Found | None":
        return self._found.get(asked)

    def keep(self, asked: Hashable, words: Words, found: "Found") -> None:
        """Until one of its tables changes, if it finds the same until then."""
        if words.steady:
            self._found[asked] = found
            for table in words.tables:
                self._about[table].add(asked)

    def forget(self, tables: Iterable[str]) -> None:
        """These are not as they were."""
        for table in tables:
            for asked in self._about.pop(table, ()):
                self._found.pop(asked, None)
