"""Parts of a policy that somebody meets in one way as well as in any other."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from services.policy.rules.near.choices import Choice
from services.policy.rules.near.formulas import Formula, bits_in, met
from services.policy.rules.near.turns import LeafTurn, Turn, bits_read


class Loose(NamedTuple):
    """A part with all the bits that it reads, and those of them with which it is met for sure."""

    met: Formula
    read: int
    best: int


def loose_parts(turn: Turn | LeafTurn, choices: Sequence[Choice]) -> tuple[Loose, ...]:
    """Those that have to be met and hang on nothing that is read, or changed, for another part."""
    parts = [(part, bits_read(part)) for part in _every(turn)]
    return tuple(
        Loose(part.met, read, bits_in(part.met))
        for part, read in parts
        if isinstance(part, Turn)
        and not any(read & other for each, other in parts if each is not part)
        and all(each.mask & read in (0, each.mask) for each in choices)
    )


def _every(turn: Turn | LeafTurn) -> Iterator[Turn | LeafTurn]:
    """What all of has to be met, as far as it is said one by one."""
    if isinstance(turn, Turn) and turn.every:
        for part in turn.parts:
            yield from _every(part)
    else:
        yield turn


def as_good(parts: Iterable[Loose], told: int) -> int:
    """One number for all for whom the same would do: how they meet what they meet is left out.

    A part that is met asks for no change, and a change to its facts does nothing for the others.
    """
    for wanted, read, best in parts:
        if met(wanted, told):
            told = told & ~read | best
    return told
