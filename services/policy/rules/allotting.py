"""Several caps at once: how much each is paid, so that together it is the most they all allow."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

Places: TypeAlias = int
"""Who is held by a cap, a bit each, in the order in which they are filled."""

Cap: TypeAlias = tuple[Places, int]
"""Those held, and the fen that are left for them."""

REMEMBERED = 4096
"""Each of those held asks for its own share of the same answer."""


def first_to_fill(left: Places, held: Iterable[Places]) -> int | None:
    """The first of those left that can be filled up without the whole becoming less.

    That is so where, of those left, the caps over it lie one within the other: a fen taken from
    another under the smallest full one is a fen for it, and no cap holds more than before.
    """
    caps = [cap & left for cap in held]
    places = (place for place in range(left.bit_length()) if left >> place & 1)
    return next((p for p in places if _nested([cap for cap in caps if cap >> p & 1])), None)


def _nested(caps: Sequence[Places]) -> bool:
    by_size = sorted(caps, key=int.bit_count)
    return all(small & large == small for small, large in pairwise(by_size))


@lru_cache(maxsize=REMEMBERED)
def allotted(wanted: tuple[int, ...], caps: tuple[Cap, ...]) -> tuple[int, ...]:
    """The most in sum, in whole fen; a model is asked only where full caps go round in a circle."""
    paid, rooms = [0] * len(wanted), [room for _, room in caps]
    left = sum(1 << place for place, fen in enumerate(wanted) if fen)
    while left:
        place = first_to_fill(left, _full(wanted, left, caps, rooms))
        if place is None:
            return _by_model(
                wanted, left, paid, [(c[0], r) for c, r in zip(caps, rooms, strict=True)]
            )
        over = [number for number, (held, _) in enumerate(caps) if held >> place & 1]
        paid[place] = min([wanted[place], *(rooms[number] for number in over)])
        for number in over:
            rooms[number] -= paid[place]
        left ^= 1 << place
    return tuple(paid)


def _full(
    wanted: Sequence[int], left: Places, caps: Sequence[Cap], rooms: Sequence[int]
) -> list[Places]:
    """The caps that have not room for all that is still wanted under them."""
    return [
        held
        for (held, _), room in zip(caps, rooms, strict=True)
        if sum(fen for place, fen in enumerate(wanted) if (held & left) >> place & 1) > room
    ]


def _by_model(
    wanted: Sequence[int], left: Places, paid: Sequence[int], caps: Sequence[Cap]
) -> tuple[int, ...]:
    from services.policy.rules.allotting_model import most_under  # noqa: PLC0415  # rarely needed

    rest = most_under([fen if left >> p & 1 else 0 for p, fen in enumerate(wanted)], caps)
    return tuple([one + more for one, more in zip(paid, rest, strict=True)])
