"""What is there before the story begins: loaded once without a fault, then copied for each run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from events.sourcing.listed_topics import listed_partitions
from events.sourcing.memory import MemoryRows
from events.sourcing.memory_bus import MemoryBus
from events.sourcing.yaml_files import read_yaml_file
from infra.world.client import Client
from infra.world.demands import demands
from infra.world.load import (
    DATA,
    chart,
    establish,
    policy_files,
    publish,
    raise_demand,
    register,
)
from infra.world.people import people
from infra.world.story import SCRIPT
from tests.simulation.database.server import Server
from tests.simulation.services import SERVICES

POLICIES = ("SH-PT", "HZ-GRAD-")
"""What the people of the story have to do with; two invented ones are published on the way."""
CHAIN = "ai"
DEMANDS, CROWD = 4, 1
"""Fewer than the sample world has: each is on every list, and a run should take no second."""

BEGINS: datetime = datetime.fromisoformat(read_yaml_file(SCRIPT)["clock_start"])
"""The moment of the story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Every service's database and the bus, as they are after the world was loaded."""

    tables: Mapping[str, bytes]
    rows: Mapping[str, MemoryRows]
    bus: MemoryBus
    kek_file: Path

    def servers(self) -> dict[str, Server]:
        """The databases, for one run."""
        return {name: Server(self.tables[name], self.rows[name].copy()) for name in SERVICES}


def empty_bus() -> MemoryBus:
    """Every topic there is, with as many partitions as it really has."""
    return MemoryBus(listed_partitions())


async def load(client: Client) -> None:
    """All bodies, a few real policies, one chain with a few demands, and a small crowd."""
    for body in read_yaml_file(DATA / "vocabulary/bodies.yaml")["bodies"]:
        await establish(client, body)
    for name, document in policy_files("policies"):
        if name.startswith(POLICIES):
            await publish(client, name, document)
    await chart(client, DATA / f"chains/{CHAIN}.yaml")
    wanted = (demand for demand in demands() if demand["chain_id"] == CHAIN)
    for number, demand in enumerate(islice(wanted, DEMANDS)):
        await raise_demand(client, number, demand)
    for person in islice(people(), CROWD):
        await register(client, person)
