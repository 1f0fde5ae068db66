"""What a platform is made of: sound, or with one promise broken, so that runs on it must fail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists

from events.sourcing.batches import Failed, Item
from events.sourcing.kernel import Kernel
from events.sourcing.memory import MemoryRows
from events.sourcing.parking import Place
from events.sourcing.statements import Statement
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Recorded
from services.portal.projection import ACTIVITY, talents_of
from services.portal.projection import activity as table
from tests.simulation.database.server import Found, Server, Transaction
from tests.simulation.database.translation import changes

TALENT, FOUND_OUT = "talent", ("entitlement", "match")


def leave_it(kernel: Kernel) -> None:
    """As the service has put it together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """The database of every service, and what is done to each kernel before it runs."""

    server: type[Server] = Server
    tune: Callable[[Kernel], None] = leave_it


def remove_the_gate(kernel: Kernel) -> None:
    """What comes again is applied again."""
    for reader in kernel.readers.values():
        if isinstance(reader, TopicReader):
            gateless: Any = reader.applier
            gateless._verdict = _let_in


def _let_in(place: Place, item: Item, standing: object) -> Recorded[Any] | Failed:
    return item.recorded


class ForgetsCommands(Server):
    """A command that is asked again is not known any more."""

    def __init__(self, tables: bytes = b"", rows: MemoryRows | None = None) -> None:
        super().__init__(tables, rows)
        self.rows._asked = _Nothing()


class _Nothing(dict[Any, Any]):
    def __setitem__(self, _: object, __: object) -> None:
        """Keeps nothing."""


class CheckpointsApart(Server):
    """Checkpoints move at once, whatever becomes of the read model."""

    def execute(
        self, transaction: Transaction | None, statement: str, values: Any, *, many: bool = False
    ) -> Found:
        apart = changes(statement) and "checkpoint" in statement
        return super().execute(None if apart else transaction, statement, values, many=many)


def expect_talents_first(kernel: Kernel) -> None:
    """The portal drops what others find out about a talent whose registration has not come."""
    activity: Any = kernel.readers.get(ACTIVITY.name)
    if activity is not None:
        activity.applier._take = _dropped_unless_registered


async def _dropped_unless_registered(recorded: Recorded[Any]) -> Sequence[Statement]:
    return [*await ACTIVITY.take(recorded), *map(_drop_unknown, talents_of(recorded))]


def _drop_unknown(talent_id: str) -> Statement:
    known = table.alias()
    registered = exists().where(known.c.talent_id == talent_id, known.c.category == TALENT)
    found_out = table.c.category.in_(FOUND_OUT)
    return delete(table).where(table.c.talent_id == talent_id, found_out, ~registered)


SOUND = Make()
RELYING_ON_ORDER = "relying on an order across streams"
BROKEN: Mapping[str, Make] = {
    "without the version gate": Make(tune=remove_the_gate),
    "without looking commands up": Make(server=ForgetsCommands),
    "with checkpoints apart": Make(server=CheckpointsApart),
    RELYING_ON_ORDER: Make(tune=expect_talents_first),
}
