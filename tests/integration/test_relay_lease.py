"""Every event leaves, in order, at least once; only one relay of a service is active."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from events.catalog.body import BodyEstablished
from events.sourcing import lease as lease_module
from events.sourcing import relay as relay_module
from events.sourcing.bus import Record
from events.sourcing.kernel import Kernel
from events.sourcing.lease import LostLease
from events.sourcing.relay import Relay
from events.sourcing.types import Published
from events.sourcing.wake import Wake
from tests.support.kernel import (
    BODY,
    PERSON,
    Note,
    Workplace,
    context,
    in_background,
    note,
    until,
    workplace,
)

PUBLISHED: dict[type, Published] = {
    BodyEstablished: Published(classification="public", fields=("body_id",))
}


class Bus:
    """Takes records, unless it is down; `before` is called with what is about to arrive."""

    def __init__(self, *, failures: int = 0) -> None:
        self.records: list[Record] = []
        self.failures = failures
        self.calls = 0
        self.before: Callable[[], object] = lambda: None

    async def send(self, records: list[Record]) -> None:
        self.calls += 1
        if self.calls <= self.failures:
            raise ConnectionRefusedError
        self.before()
        self.records += records

    def header(self, name: str) -> list[str]:
        return [dict(record.headers)[name].decode() for record in self.records]


def _relay(kernel: Kernel, bus: Bus) -> Relay:
    return Relay(kernel.engine, kernel.tail, bus, published=PUBLISHED, states={}, wake=Wake())


async def _noted(kernel: Kernel, place: Workplace, count: int) -> None:
    await asyncio.gather(
        *(
            kernel.handle(note, place.stream(n % 5), Note(events=(BODY,)), context())
            for n in range(count)
        )
    )


async def _pointer(place: Workplace) -> int:
    return int((await place.fetch("SELECT position FROM relay_pointer"))[0]["position"])


async def _claimed(relay: Relay) -> int:
    claim = await relay._claim()
    assert claim is not None
    relay.position, token = claim
    return token


async def _let_the_lease_run_out(place: Workplace) -> None:
    await place.fetch("UPDATE relay_pointer SET leased_until = '-infinity'")


async def test_every_event_leaves_in_order(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel, bus = place.kernel(), Bus()
        await _noted(kernel, place, 30)
        async with in_background(_relay(kernel, bus).run()):
            await until(lambda: _moved(place, 30))
        assert bus.header("ce_sequence") == [f"{n:020d}" for n in range(1, 31)]
        assert {record.topic for record in bus.records} == {place.topic}


async def _moved(place: Workplace, to: int) -> bool:
    return await _pointer(place) == to


async def test_what_is_not_published_leaves_as_its_envelope(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel, bus = place.kernel(), Bus()
        await kernel.handle(note, place.stream(1), Note(events=(BODY, PERSON)), context())
        relay = _relay(kernel, bus)
        await relay.carry(await _claimed(relay))
        assert [record.value for record in bus.records] == [b'{"body_id":"body-1"}', b""]
        assert bus.header("ce_streamversion") == ["1", "2"]
        assert bus.header("ce_dataclassification") == ["public", "internal"]


async def test_what_cannot_be_read_still_leaves_as_its_envelope(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel, bus = place.kernel(), Bus()
        await _noted(kernel, place, 2)
        await place.fetch("UPDATE journal SET name = 'note.forgotten.v9' WHERE position = 1")
        relay = _relay(kernel, bus)
        assert await relay.carry(await _claimed(relay)) == 2
        assert bus.header("ce_type") == ["note.forgotten.v9", "body.established.v1"]
        assert bus.records[0].value == b""


async def test_a_relay_backs_off_while_the_bus_is_down_and_drains_afterwards(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "FIRST_PAUSE_SECONDS", 0.001)
    async with workplace(postgres_url) as place:
        kernel, bus = place.kernel(), Bus(failures=4)
        await _noted(kernel, place, 10)
        async with in_background(_relay(kernel, bus).run()):
            await until(lambda: _moved(place, 10))
        assert bus.calls == 5
        assert len(bus.records) == 10


async def test_the_pointer_stands_until_every_record_is_acknowledged(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel, bus = place.kernel(), Bus(failures=1)
        await _noted(kernel, place, 3)
        relay = _relay(kernel, bus)
        token = await _claimed(relay)
        with pytest.raises(ConnectionRefusedError):
            await relay.carry(token)
        assert await _pointer(place) == 0
        await relay.carry(token)
        assert await _pointer(place) == 3


async def test_while_one_relay_holds_the_lease_no_other_gets_it(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        first, second = (_relay(place.kernel(), Bus()) for _ in range(2))
        assert await first._claim() is not None
        assert await second._claim() is None


async def test_a_relay_that_lost_its_lease_only_makes_duplicates(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel, bus = place.kernel(), Bus()
        await _noted(kernel, place, 10)
        zombie, heir = _relay(kernel, bus), _relay(place.kernel(), bus)
        old = await _claimed(zombie)
        await _let_the_lease_run_out(place)
        new = await _claimed(heir)
        await heir.carry(new)
        with pytest.raises(LostLease):
            await zombie.carry(old)
        assert await _pointer(place) == 10
        assert set(bus.header("ce_sequence")) == {f"{n:020d}" for n in range(1, 11)}
        assert len(bus.records) == 20


async def test_a_lease_passes_on_when_a_relay_ends(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        kernel, bus = place.kernel(), Bus()
        await _noted(kernel, place, 3)
        async with in_background(_relay(kernel, bus).run()):
            await until(lambda: _moved(place, 3))
        assert await _relay(kernel, bus)._claim() is not None


async def test_an_idle_relay_keeps_its_lease(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_module, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(lease_module, "RENEW_SECONDS", 0.0)
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        relay = _relay(kernel, Bus())
        async with in_background(relay.run()):
            until_moments = [await _leased_until(place)]
            await until(lambda: _later(place, until_moments))
            await until(lambda: _later(place, until_moments))
        assert len(until_moments) == 3


async def _leased_until(place: Workplace) -> object:
    return (await place.fetch("SELECT leased_until FROM relay_pointer"))[0]["leased_until"]


async def _later(place: Workplace, seen: list[object]) -> bool:
    now = await _leased_until(place)
    if now == seen[-1]:
        return False
    seen.append(now)
    return True
