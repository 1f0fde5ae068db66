"""Says what was done to the rows that do not fit the chain: edited, swapped or deleted."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from events.sourcing.ledger.chain import Break, Chain
from events.sourcing.ledger.findings import Deleted, Disordered, Edited, Finding, Swapped
from events.sourcing.ledger.row import Row, link_after, row_bytes


def explain(chain: Chain) -> list[Finding]:
    """One finding for each thing that was done, in the order of positions."""
    swaps, rest = _without_swaps(chain.breaks)
    found: list[Finding] = [*swaps, *(_alone(one) for one in rest)]
    if chain.further is not None:
        first, last = chain.further
        found.append(Disordered(first=first, last=last))
    return sorted(found, key=_place)


def _without_swaps(breaks: Sequence[Break]) -> tuple[list[Swapped], list[Break]]:
    """The swaps, and what they leave to be explained."""
    rest = {one.row.position: one for one in breaks}
    swaps = []
    for first, second in combinations(breaks, 2):
        positions = (first.row.position, second.row.position)
        if not rest.keys() >= set(positions) or (what := _swapped(first, second)) is None:
            continue
        swaps.append(Swapped(positions=positions, what=what))
        for position in positions:
            rest.pop(position, None)
            _drop_follower(rest, position + 1, after=(first.row.link, second.row.link))
    return swaps, list(rest.values())


def _drop_follower(rest: dict[int, Break], position: int, *, after: Sequence[bytes]) -> None:
    """A row behind a swapped one fits again once that is back in its place."""
    follower = rest.get(position)
    if follower and any(_fits(follower.row, after=link) for link in after):
        del rest[position]


def _swapped(one: Break, other: Break) -> str | None:
    """What of the second stood in the place of the first, if that makes the chain fit there."""
    # A row that moved with its link belongs where its link says; one that left it behind, too.
    moved = replace(other.row, position=one.row.position)
    link = link_after(one.before, row_bytes(moved))
    if link in (other.row.link, one.row.link):
        return "rows"
    lent = replace(one.row, payload=other.row.payload)
    if link_after(one.before, row_bytes(lent)) == one.row.link:
        return "payloads"
    return None


def _fits(row: Row, *, after: bytes) -> bool:
    return link_after(after, row_bytes(row)) == row.link


def _alone(one: Break) -> Finding:
    row = one.row
    if row.position > one.after_position + 1:
        return Deleted(first=one.after_position + 1, last=row.position - 1)
    return Edited(position=row.position, stream=row.stream, version=row.version)


def _place(finding: Finding) -> int:
    match finding:
        case Edited(position=position):
            return position
        case Swapped(positions=(first, _)):
            return first
        case Deleted(first=first) | Disordered(first=first):
            return first
        case _:
            return 0
