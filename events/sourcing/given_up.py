"""What a reader was told to go on without, so that it is not asked about it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Stream: TypeAlias = tuple[str, str]
"""A stream in a topic: the topic first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """`versions` are not taken, whether they come or not; lowest first.

    `records` claimed a version that nobody believes: one that cannot be taken there is let go, and
    what may yet come for that version is taken.
    """

    versions: Mapping[Stream, Sequence[range]] = field(default_factory=dict)
    records: frozenset[tuple[Stream, int]] = frozenset()

    def beyond(self, stream: Stream, seen: int) -> int:
        """The last version that is settled, where `seen` is the last one taken."""
        for gone in self.versions.get(stream, ()):
            if seen + 1 in gone:
                seen = gone.stop - 1
        return seen

    def skips(self, stream: Stream, version: int) -> bool:
        """Whether this version is not taken."""
        return any(version in gone for gone in self.versions.get(stream, ()))

    def lets_go(self, stream: Stream, version: int) -> bool:
        """Whether what cannot be taken there is let go."""
        return (stream, version) in self.records


NOTHING = GivenUp()
