"""Whether ops has taken in all that services have recorded; where nobody can say, it has not."""

from collections.abc import Iterable, Mapping

from events.sourcing.kernel import Kernel
from events.sourcing.topic_reader import TopicReader
from services.ops import queries
from services.ops.rounds import Standing


def is_behind(standings: Iterable[Standing], seen: Mapping[str, int]) -> bool:
    """Whether a service stands further than was seen of it, or does not say where it stands."""
    return any(one.position is None or one.position > seen.get(one.service, 0) for one in standings)


async def journey_is_behind(kernel: Kernel, standings: Iterable[Standing]) -> bool:
    """Ask where services stand first: what they record meanwhile is not held against ops."""
    reader = kernel.readers["journey"]
    if not (isinstance(reader, TopicReader) and reader.progress.running and not reader.behind):
        return True
    standings = list(standings)
    async with kernel.reading.connect() as connection:
        seen = await queries.positions_seen(connection, [one.service for one in standings])
    return is_behind(standings, seen)


async def pulse_is_behind(kernel: Kernel, standings: Iterable[Standing]) -> bool:
    """The same for what the stream worker has counted."""
    async with kernel.reading.connect() as connection:
        return is_behind(standings, await queries.positions_counted(connection))
