"""What a platform is made of: sound, or with one promise broken, so that runs on it must fail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from events.sourcing.batches import Failed, Item
from events.sourcing.kernel import Kernel
from events.sourcing.memory import MemoryRows
from events.sourcing.parking import Place
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Recorded
from tests.simulation.database.server import Found, Server, Transaction


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
        apart = statement.startswith("UPDATE checkpoint")
        return super().execute(None if apart else transaction, statement, values, many=many)


SOUND = Make()
BROKEN: Mapping[str, Make] = {
    "without the version gate": Make(tune=remove_the_gate),
    "without looking commands up": Make(server=ForgetsCommands),
    "with checkpoints apart": Make(server=CheckpointsApart),
}
