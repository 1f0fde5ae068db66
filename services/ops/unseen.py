"""Whether ops has come as far as services have recorded; where nobody can say, it has not."""

from events.sourcing.kernel import Kernel
from events.sourcing.pages import Marks
from services.ops import queries


def is_behind(reached: Marks, ends: Marks | None) -> bool:
    """Whether a partition goes on behind what was reached of it, or nobody knows where it ends."""
    return ends is None or any(reached.get(place, 0) < end for place, end in ends.items())


async def pulse_is_behind(kernel: Kernel, ends: Marks | None) -> bool:
    """Whether the stream worker has yet to count something before these ends."""
    async with kernel.reading.connect() as connection:
        return is_behind(_marks(await queries.pulse_counted(connection)), ends)


async def journey_is_behind(kernel: Kernel, ends: Marks | None) -> bool:
    """Whether the journey has yet to take in, or to park, something before these ends."""
    progress = kernel.readers["journey"].progress
    if not progress.running or progress.standstill is not None:
        # On a topic that was made anew it may stand further than that one goes.
        return True
    async with kernel.reading.connect() as connection:
        return is_behind(_marks(await queries.journey_reached(connection)), ends)


def _marks(rows: queries.Rows) -> Marks:
    return {(row.topic, row.partition): row.next_offset for row in rows}
