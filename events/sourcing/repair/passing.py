"""Goes on without an event that is of no use, or that is missing for good."""

from sqlalchemy.ext.asyncio import AsyncConnection

from events.catalog.repair import EventDiscarded
from events.sourcing.faults import BEHIND, HOLE, NEXT, hole
from events.sourcing.parking import Place, relabel, unpark
from events.sourcing.repair.domain import Held
from events.sourcing.repair.held import parked_at
from events.sourcing.standing import note_versions


def is_meant(decided: EventDiscarded, held: Held, *, repeated: bool) -> bool:
    """Whether what stands there is what was decided on.

    Asked again much later, it may be something that came since: a timer fails under one name
    more than once.
    """
    if repeated and held.parked_at > decided.discarded_at:
        return False
    before = 1 if decided.kind == HOLE else 0
    return held.version == decided.last_version + before


async def go_on_without(
    connection: AsyncConnection, place: Place, held: Held, decided: EventDiscarded
) -> None:
    """Let it go, and move the gate over what counts as taken now."""
    if decided.kind != HOLE:
        await unpark(connection, place, held.version)
    gate = held.gate
    if decided.passed and gate is not None and decided.first_version == gate + 1:
        gate = decided.last_version
        await note_versions(connection, {place: gate}, {})
    await _show_what_is_next(connection, place, gate)


async def _show_what_is_next(connection: AsyncConnection, place: Place, gate: int | None) -> None:
    """What only waited for the one that is gone waits for a release now, or shows a hole."""
    rows = await parked_at(connection, place, limit=1)
    if not rows or rows[0].class_ not in {BEHIND, HOLE}:
        return
    version = rows[0].version
    due = gate is None or version == gate + 1
    await relabel(connection, place, version, NEXT if due else hole(version, gate or 0))
