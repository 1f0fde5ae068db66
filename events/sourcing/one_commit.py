"""What is known of readers' streams inside one commit, and what waits there to be written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.forks import position_reached
from events.sourcing.parking import Place
from events.sourcing.statements import Bundle


@dataclass(slots=True, kw_only=True)
class Standing:
    """Where the streams of the batches stand while they are applied, for each reader."""

    versions: Mapping[Place, int]
    behind: set[Place]
    reached: dict[Place, int] = field(default_factory=dict)
    positions: dict[Place, int | None] = field(default_factory=dict)

    def seen(self, place: Place) -> int:
        return self.reached.get(place, self.versions.get(place, 0))

    def go_back(self, place: Place, *, version: int, position: int) -> None:
        self.reached[place], self.positions[place] = version, position


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One transaction; without a bundle, an event that fails does not take the others along."""

    connection: AsyncConnection
    standing: Standing
    bundle: Bundle | None

    async def reached(self, place: Place) -> int | None:
        """Where the last applied event of a stream stands in its journal, if that is known."""
        positions = self.standing.positions
        if place not in positions:
            positions[place] = await position_reached(self.connection, place)
        return positions[place]
