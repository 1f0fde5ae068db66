"""One relay carries at a time, and makes good what it said too late; on a database in memory."""

import asyncio
import logging
from datetime import timedelta

import pytest

from events.sourcing import lease as lease_module
from events.sourcing import relay as relay_module
from events.sourcing.kernel import Kernel
from events.sourcing.lease import LostLease
from events.sourcing.relay import Relay, nothing_to_check
from events.sourcing.standstill import StandsStill, Standstill
from tests.support.in_memory import play
from tests.support.kernel import in_background
from tests.support.relaying import FACTS, WHOLE_LEASE, Bus, a_relay, claimed, down, noted, pointer


@pytest.fixture
def in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses as long as they are meant to be."""
    monkeypatch.setattr(relay_module, "jittered", lambda seconds: seconds)


def test_a_lease_is_claimed_by_one_and_by_the_next_when_it_is_over() -> None:
    async def scene(kernel: Kernel) -> None:
        first, second = a_relay(kernel, Bus()), a_relay(kernel, Bus())
        token = await claimed(first)
        assert await second._claim() is None
        await asyncio.sleep(WHOLE_LEASE)
        assert await second._claim() == (0, token + 1)

    play(scene)


def test_carrying_renews_the_lease() -> None:
    async def scene(kernel: Kernel) -> None:
        relay, other = a_relay(kernel, Bus()), a_relay(kernel, Bus())
        token = await claimed(relay)
        await asyncio.sleep(WHOLE_LEASE / 2)
        await noted(kernel, "note-1")
        await relay.carry(token)
        await asyncio.sleep(WHOLE_LEASE * 0.7)
        assert await other._claim() is None

    play(scene)


def test_who_lost_the_lease_moves_the_pointer_no_more() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        await noted(kernel, "note-1")
        zombie, heir = a_relay(kernel, bus), a_relay(kernel, bus)
        old = await claimed(zombie)
        await asyncio.sleep(WHOLE_LEASE)
        new = await claimed(heir)
        with pytest.raises(LostLease):
            await zombie.carry(old)
        assert (zombie.position, await pointer(kernel)) == (0, 0)
        assert await heir.carry(new) == 1
        with pytest.raises(LostLease):
            await zombie.carry(old)
        assert bus.sent == [["1"]] * 3, "duplicates, which readers drop"
        assert await pointer(kernel) == 1

    play(scene)


@pytest.mark.usefixtures("in_step")
def test_a_relay_backs_off_longer_and_longer_and_drains_afterwards() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        bus.before = down
        await noted(kernel, "note-1")
        async with in_background(a_relay(kernel, bus).run()):
            await asyncio.sleep(20)
            gaps = [b - a for a, b in zip(bus.asked_at, bus.asked_at[1:], strict=False)]
            assert gaps == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0], abs=0.01)
            bus.before = nothing_to_check
            await asyncio.sleep(6)
            assert await pointer(kernel) == 1

    play(scene)


@pytest.mark.usefixtures("in_step")
def test_after_something_has_left_the_first_pause_is_short_again() -> None:
    async def scene(kernel: Kernel) -> None:
        bus, relay = Bus(), None
        await noted(kernel, "note-1")
        relay = a_relay(kernel, bus)
        async with in_background(relay.run()):
            await asyncio.sleep(1)
            bus.before = down
            await noted(kernel, "note-1")
            await asyncio.sleep(3)
        first, again, third = bus.asked_at[1:4]
        assert again - first == pytest.approx(0.1, abs=0.02)
        assert third - again == pytest.approx(0.2, abs=0.02)

    play(scene)


def test_a_library_that_gives_up_does_not_end_the_relay() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()

        async def given_up() -> None:
            bus.before = nothing_to_check
            raise asyncio.CancelledError

        bus.before = given_up
        await noted(kernel, "note-1")
        async with in_background(a_relay(kernel, bus).run()):
            await asyncio.sleep(2)
            assert await pointer(kernel) == 1

    play(scene)


def test_an_idle_relay_keeps_its_lease_and_gives_it_up_at_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lease_module, "LEASE", timedelta(seconds=21))

    async def scene(kernel: Kernel) -> None:
        other = a_relay(kernel, Bus())
        async with in_background(a_relay(kernel, Bus()).run()):
            for _ in range(30):
                await asyncio.sleep(1)
                assert await other._claim() is None
        assert await other._claim() is not None

    play(scene)


def test_an_idle_relay_renews_its_lease_only_now_and_then() -> None:
    async def scene(kernel: Kernel) -> None:
        relay, renewed_at = a_relay(kernel, Bus()), list[float]()
        renew = relay._lease.renew

        async def renewed(token: int) -> None:
            renewed_at.append(asyncio.get_running_loop().time())
            await renew(token)

        relay._lease.renew = renewed  # type: ignore[method-assign]
        await asyncio.sleep(3)
        async with in_background(relay.run()):
            await asyncio.sleep(17)
        assert renewed_at == pytest.approx([7, 11, 15, 19], abs=0.1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lease_module, "LEASE", timedelta(seconds=60))
        play(scene)


def test_a_relay_that_has_carried_something_goes_on_under_the_same_lease() -> None:
    async def scene(kernel: Kernel) -> None:
        async with in_background(a_relay(kernel, Bus()).run()):
            await noted(kernel, "note-1")
            await asyncio.sleep(WHOLE_LEASE * 3)
            assert await pointer(kernel) == 1
        assert await claimed(a_relay(kernel, Bus())) == 2, "whose is the second claim"

    play(scene)


def test_a_relay_that_must_stand_still_says_so_once_and_sends_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scene(kernel: Kernel) -> None:
        bus, found = Bus(), [True]

        async def check() -> None:
            if found:
                raise StandsStill("a restore was found", remedy="resume")

        await noted(kernel, "note-1")
        relay = a_relay(kernel, bus, check=check)
        assert relay.standstill is None, "before it has looked"
        async with in_background(relay.run()):
            await asyncio.sleep(30)
            assert relay.standstill == Standstill(reason="a restore was found", remedy="resume")
            assert bus.sent == []
            found.clear()
            await asyncio.sleep(10)
            assert relay.standstill is None
            assert bus.sent == [["1"]]

    with caplog.at_level(logging.ERROR):
        play(scene)
    assert caplog.messages == ["the relay stands still: a restore was found; resume"]


def test_states_that_were_sent_too_late_are_all_said_again() -> None:
    """On a compacted topic the zombie's would otherwise stay as the last ones."""

    async def scene(kernel: Kernel) -> None:
        late = Bus()
        await noted(kernel, "note-1")
        zombie, heir = a_relay(kernel, late), a_relay(kernel, Bus())
        await zombie.carry(await claimed(zombie))
        await noted(kernel, "note-1", events=(FACTS,))
        token = await _sends_past_its_lease(zombie, heir, late)
        assert await pointer(kernel) == 1, "back to where the zombie had begun"
        heir.position = 1
        with pytest.raises(LostLease):
            await heir._move(token, 2)
        again = Bus()
        async with in_background(a_relay(kernel, again).run()):
            await asyncio.sleep(1)
        assert again.sent == [["2", "2"]]

    play(scene)


async def _sends_past_its_lease(zombie: Relay, heir: Relay, late: Bus) -> int:
    """The heir's token; it carried everything while the zombie slept."""
    tokens = list[int]()

    async def meanwhile() -> None:
        await asyncio.sleep(WHOLE_LEASE)
        tokens.append(await claimed(heir))
        await heir.carry(tokens[0])

    late.before = meanwhile
    await asyncio.sleep(WHOLE_LEASE)
    with pytest.raises(LostLease):
        await zombie._hold_lease()
    return tokens[0]


def test_events_alone_that_were_sent_too_late_are_not_said_again() -> None:
    async def scene(kernel: Kernel) -> None:
        late = Bus()
        await noted(kernel, "note-1")
        zombie, heir = a_relay(kernel, late), a_relay(kernel, Bus())
        token = await _sends_past_its_lease(zombie, heir, late)
        assert await pointer(kernel) == 1
        await heir._move(token, 2)

    play(scene)


def test_states_that_were_acknowledged_are_not_said_again() -> None:
    async def scene(kernel: Kernel) -> None:
        await noted(kernel, "note-1", events=(FACTS,))
        relay = a_relay(kernel, Bus())
        await relay.carry(await claimed(relay))
        await relay._set_right()
        assert await pointer(kernel) == 1

    play(scene)


class Away:
    """A database that nobody reaches."""

    def begin(self) -> None:
        raise ConnectionRefusedError


def test_who_has_nothing_to_set_right_asks_nobody() -> None:
    async def scene(kernel: Kernel) -> None:
        late, away = Bus(), Away()

        async def nothing_is_to_be_done(relay: Relay) -> None:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(relay, "_engine", away)
                await relay._set_right()

        zombie, heir = a_relay(kernel, late), a_relay(kernel, Bus())
        await nothing_is_to_be_done(zombie)
        await noted(kernel, "note-1", events=(FACTS,))
        await zombie.carry(await claimed(zombie))
        await nothing_is_to_be_done(zombie)
        await noted(kernel, "note-1", events=(FACTS,))
        await _sends_past_its_lease(zombie, heir, late)
        await nothing_is_to_be_done(zombie)

    play(scene)


def test_who_has_something_to_set_right_asks_the_database() -> None:
    """The negative control: what was not acknowledged cannot be set right while it is away."""

    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        bus.before = down
        await noted(kernel, "note-1", events=(FACTS,))
        relay = a_relay(kernel, bus)
        with pytest.raises(ConnectionRefusedError):
            await relay.carry(await claimed(relay))
        relay._engine = Away()  # type: ignore[assignment]
        with pytest.raises(ConnectionRefusedError):
            await relay._set_right()

    play(scene)
