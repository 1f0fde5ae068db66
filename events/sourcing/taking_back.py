"""What becomes of a stream on which a reader applied an event that never happened."""

from events.sourcing.batches import Failed, Retraction
from events.sourcing.forks import is_applied, keep_retraction, retracted
from events.sourcing.one_commit import Commit
from events.sourcing.parking import Place


async def take_back(
    within: Commit,
    place: Place,
    version: int,
    retraction: Retraction,
    *,
    newest_wins: bool,
    can_be_rebuilt: bool,
) -> Failed | None:
    """A read model that rests on an event that never happened stops at its stream.

    A process goes on: what it sent cannot be taken back. So does what takes whole states,
    where one follows that holds.
    """
    await keep_retraction(within.connection, retraction)
    standing = within.standing
    if version > standing.seen(place):
        return None
    if not is_applied(retraction, await within.reached(place)):
        return None
    if newest_wins and not retraction.is_last:
        standing.go_back(place, version=0, position=0)
    elif not can_be_rebuilt:
        standing.go_back(place, version=version - 1, position=retraction.position - 1)
    else:
        standing.behind.add(place)
        return retracted(version)
    return None
