"""What a simulated process stands on: its service's database in memory, and the broker."""

from functools import partial
from typing import Any, cast

from events.sourcing.ground import Ground
from tests.simulation.bus import Broker, Sender, open_consumer
from tests.simulation.database.engine import Engine
from tests.simulation.life import Life


def lay(broker: Broker, life: Life) -> Ground:
    """For one process, from its start to its end."""
    return Ground(
        engine=cast("Any", Engine(life.server, life)),
        journal_engine=cast("Any", Engine(life.server, life, autocommit=True)),
        sender=Sender(broker, life),
        open_consumer=partial(open_consumer, broker, life),
    )
