"""A demand is recorded only where its node is still charted at that very moment."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from events.catalog.names import all_names
from events.sourcing.clock import SimulatedClock
from events.sourcing.codec import Codec
from events.sourcing.desk import Desk
from events.sourcing.handle import Part, handle
from events.sourcing.journal import Append, Appended
from events.sourcing.memory import MemoryJournal
from events.sourcing.sealing import MemoryKeyring
from events.sourcing.types import Refused
from services.matching.chain.domain import chain
from services.matching.demand.api import rely_on
from services.matching.demand.domain import demand
from tests.support.kernel import context
from tests.support.matching import NOON
from tests.unit.matching.test_rules import CHART, FAB, RAISE

STREAM = f"demand-{RAISE.demand_id}"
RAISING = Part(decider=demand, stream=STREAM, command=RAISE)


class Beaten(MemoryJournal):
    """Just before a demand is appended, somebody else charts the chain without its node."""

    beats = False

    async def append(self, append: Append) -> Appended:
        if self.beats and STREAM in append.expected:
            self.beats = False
            await chart(desk_of(self), replace(CHART, nodes=(replace(FAB, order=1),)))
        return await super().append(append)


def desk_of(journal: MemoryJournal) -> Desk:
    return Desk(
        service="matching", journal=journal, codec=Codec(all_names()), keyring=MemoryKeyring()
    )


async def chart(desk: Desk, command: object) -> None:
    await handle(desk, context(), Part(decider=chain, stream="chain-ic", command=command))


async def raised_while_beaten(*parts: Part) -> Sequence[object]:
    """What was recorded of the demand."""
    journal = Beaten(SimulatedClock(NOON))
    desk = desk_of(journal)
    await chart(desk, CHART)
    journal.beats = True
    await handle(desk, context(), RAISING, *parts)
    return await journal.read_stream(STREAM)


async def test_a_node_that_is_taken_off_the_chart_meanwhile_takes_no_demand() -> None:
    with pytest.raises(Refused, match="chain-node-not-found"):
        await raised_while_beaten(rely_on("ic", "ic-design"))


async def test_a_node_that_stays_on_the_chart_takes_it() -> None:
    stays = replace(RAISING, command=replace(RAISE, node_id="ic-fab"))
    desk = desk_of(MemoryJournal(SimulatedClock(NOON)))
    await chart(desk, CHART)
    receipt = await handle(desk, context(), stays, rely_on("ic", "ic-fab"))
    assert (receipt.stream, receipt.version) == (STREAM, 1)


async def test_without_relying_on_the_node_the_demand_would_be_recorded_nowhere() -> None:
    assert len(await raised_while_beaten()) == 1
