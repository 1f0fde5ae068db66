"""On a compacted topic the last state of a person is the newest, also after a relay woke too late.

Compaction keeps what was sent last. A relay that slept past its lease with a state in hand sends
it behind newer ones that its heir had sent meanwhile, even behind the tombstone of an erasure.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from contracts.sample import sample
from events.catalog.talent import FactsStated, TalentErased
from events.sourcing import lease as lease_module
from events.sourcing import relay as relay_module
from events.sourcing.bus import Record
from events.sourcing.kernel import Kernel
from events.sourcing.relay import Relay, Sender
from events.sourcing.types import WholeState
from events.sourcing.wake import Wake
from tests.support.kernel import Note, Workplace, context, in_background, note, until, workplace

FACTS = "notes.facts"
STATED = sample(FactsStated, talent_id="t-1")
ERASED = sample(TalentErased, talent_id="t-1")
STATES = {
    FactsStated: WholeState(topic=FACTS, key="talent_id"),
    TalentErased: WholeState(topic=FACTS, key="talent_id", tombstone=True),
}


@dataclass(slots=True)
class Bus:
    """Takes records in the order in which they come."""

    records: list[Record] = field(default_factory=list)

    async def send(self, records: list[Record]) -> None:
        self.records += records

    def states(self) -> list[bytes | None]:
        """What was said of the person, the last of which a compacted topic keeps."""
        return [record.value for record in self.records if record.topic == FACTS]


@dataclass(slots=True)
class SleepsOnce:
    """Sleeps in the middle of its first send, as a stopped process would, and then goes on."""

    bus: Bus
    asleep: asyncio.Event = field(default_factory=asyncio.Event)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, records: list[Record]) -> None:
        self.asleep.set()
        await self.wake.wait()
        await self.bus.send(records)


@asynccontextmanager
async def woken_too_late(postgres_url: str, bus: Bus) -> AsyncIterator[Workplace]:
    """One relay sleeps with a state in hand; its heir says that the person is erased."""
    async with workplace(postgres_url) as place:
        kernel, heir = place.kernel(), place.kernel()
        sleeper = SleepsOnce(bus)
        await kernel.handle(note, place.stream(1), Note(events=(STATED,)), context())
        async with in_background(_relay(kernel, sleeper).run()):
            await sleeper.asleep.wait()
            await kernel.handle(note, place.stream(1), Note(events=(ERASED,)), context())
            async with in_background(_relay(heir, bus).run()):
                await until(lambda: _says(bus, 2))
                assert bus.states()[-1] is None
                sleeper.wake.set()
                await until(lambda: _says(bus, 3))
                yield place


def _relay(kernel: Kernel, sender: Sender) -> Relay:
    return Relay(kernel.engine, kernel.tail, sender, published={}, states=STATES, wake=Wake())


async def _says(bus: Bus, states: int) -> bool:
    return len(bus.states()) >= states


async def _ends_erased(bus: Bus) -> bool:
    return bus.states()[-1] is None


async def _is_done(place: Workplace) -> bool:
    rows = await place.fetch("SELECT 1 FROM relay_pointer WHERE position = 2")
    return bool(rows)


@pytest.fixture(autouse=True)
def _short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_module, "LEASE", timedelta(seconds=0.5))
    monkeypatch.setattr(relay_module, "FIRST_PAUSE_SECONDS", 0.05)


async def test_a_state_that_was_sent_too_late_does_not_stay_the_last(postgres_url: str) -> None:
    bus = Bus()
    async with woken_too_late(postgres_url, bus) as place:
        await until(lambda: _ends_erased(bus))
        await until(lambda: _is_done(place))
        assert bus.states()[-1] is None


async def test_whoever_lets_it_be_leaves_an_erased_person_on_the_topic(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: relays that do not look back at what they may have sent too late."""
    monkeypatch.setattr(Relay, "_set_right", _let_it_be)
    bus = Bus()
    async with woken_too_late(postgres_url, bus) as place:
        await until(lambda: _is_done(place))
        with pytest.raises(TimeoutError):
            await until(lambda: _ends_erased(bus), seconds=2)


async def _let_it_be(_: Relay) -> None:
    """Trust that nobody was faster."""
