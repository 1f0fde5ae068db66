"""Caps over the same offers hold at once: the offers are paid the most that all of them allow."""

from collections.abc import Sequence

from services.policy.rules.allotting import Places, first_to_fill
from services.policy.rules.programme import Allot, Capped, Less, Node, Programme


def share_out(
    programme: Programme, wanted: Sequence[Node], caps: Sequence[tuple[Places, Node]]
) -> list[Node]:
    """What each is paid; `wanted` stand in the order in which they are filled.

    The sum is the most there can be, so no order and no name changes it. Where caps are apart or
    one within the other, the order is kept; else those under fewer of them are filled before.
    """
    held = [places for places, _ in caps]
    paid, rooms = list(wanted), [room for _, room in caps]
    left = (1 << len(paid)) - 1
    while (place := first_to_fill(left, held)) is not None:
        over = [number for number, places in enumerate(held) if places >> place & 1]
        for number in over:
            paid[place] = programme.put(Capped(paid[place], rooms[number]))
        for number in over:
            rooms[number] = programme.put(Less(rooms[number], paid[place]))
        left ^= 1 << place
    _share_at_once(programme, paid, left, list(zip(held, rooms, strict=True)))
    return paid


def _share_at_once(
    programme: Programme, paid: list[Node], left: Places, caps: Sequence[tuple[Places, Node]]
) -> None:
    """Those whose caps go round in a circle: none can be filled before the others are looked at."""
    places = [place for place in range(len(paid)) if left >> place & 1]
    nodes = tuple(paid[place] for place in places)
    within = tuple((_moved(held, places), room) for held, room in caps if held & left)
    for number, place in enumerate(places):
        paid[place] = programme.put(Allot(number, nodes, within))


def _moved(held: Places, places: Sequence[int]) -> Places:
    return sum(1 << number for number, place in enumerate(places) if held >> place & 1)
