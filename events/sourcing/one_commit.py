"""What is known of readers' streams inside one commit, and what waits there to be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.forks import position_reached
from events.sourcing.parking import Place
from events.sourcing.side_by_side import Take, side_by_side
from events.sourcing.statements import Bundle, Statement


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
    waiting: dict[str, list[Take[Sequence[Statement]]]] = field(default_factory=dict)
    """By their streams, what is to be done side by side once all events were looked at."""

    def let_wait(self, stream: str, take: Take[Sequence[Statement]]) -> None:
        """Do it with the others, after what waits of the same stream."""
        self.waiting.setdefault(stream, []).append(take)

    async def write(self) -> None:
        """Do what waits, and write what that and everything else came to."""
        if self.bundle is None:
            return
        for statements in await side_by_side(self.waiting):
            self.bundle.add(statements)
        await self.bundle.write(self.connection)

    async def reached(self, place: Place) -> int | None:
        """Where the last applied event of a stream stands in its journal, if that is known."""
        positions = self.standing.positions
        if place not in positions:
            positions[place] = await position_reached(self.connection, place)
        return positions[place]
