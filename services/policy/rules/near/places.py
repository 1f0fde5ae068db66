"""All that holds and fails of a person as one number: two bits at the place of each condition."""

from services.policy.rules.kleene import FALSE, TRUE, Truth
from services.policy.rules.tree import Leaf, Track

HOLDS, FAILS = 1, 2
EITHER = HOLDS | FAILS


class Places:
    """A condition has one place for all policies that ask it, and so has a track with a period."""

    def __init__(self) -> None:
        self.leaves: dict[int, Leaf] = {}
        self.tracks: dict[int, Track] = {}
        self._of: dict[int, int] = {}

    def of_leaf(self, leaf: Leaf) -> int:
        place = self._place(leaf)
        self.leaves[place] = leaf
        return place

    def of_track(self, track: Track) -> int:
        place = self._place(track)
        self.tracks[place] = track
        return place

    def _place(self, each: Leaf | Track) -> int:
        # Those that are met are kept above, so that no other comes to have their identity.
        return self._of.setdefault(id(each), 2 * len(self._of))


def bits(truth: Truth) -> int:
    if truth is TRUE:
        return HOLDS
    return FAILS if truth is FALSE else 0


def hoped(said: int, checks: int) -> int:
    """With every check that is still open turning out as one would have it.

    `checks` has the first bit of each condition that a person checks.
    """
    if not checks:
        return said
    unsaid = checks & ~(said | said >> 1)
    return said | unsaid * EITHER
