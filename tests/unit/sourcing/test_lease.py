"""A lease is held under its token alone, and renewed long before it is over."""

import pytest

from events.sourcing import lease as module
from events.sourcing.kernel import Kernel
from events.sourcing.lease import LEASE, Lease
from tests.support.in_memory import play
from tests.support.relaying import Bus, a_relay, claimed


def of_the_relay(kernel: Kernel) -> Lease:
    return Lease(kernel.engine, "relay_pointer", "single")


def test_it_is_held_under_its_token_alone() -> None:
    async def scene(kernel: Kernel) -> None:
        token = await claimed(a_relay(kernel, Bus()))
        lease = of_the_relay(kernel)
        assert await lease.holds(token)
        assert not await lease.holds(token - 1), "whose it was before"
        assert not await lease.holds(token + 1), "whose it is not yet"

    play(scene)


def test_who_let_it_go_does_not_hold_it_any_more_once_it_is_claimed() -> None:
    async def scene(kernel: Kernel) -> None:
        lease, token = of_the_relay(kernel), await claimed(a_relay(kernel, Bus()))
        await lease.release(token)
        heir = await claimed(a_relay(kernel, Bus()))
        assert (await lease.holds(token), await lease.holds(heir)) == (False, True)

    play(scene)


@pytest.mark.parametrize(("part", "is_due"), [(0.0, False), (0.24, False), (0.26, True)])
def test_a_quarter_of_it_after_it_was_renewed_it_is_to_be_renewed_again(
    part: float, *, is_due: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(kernel: Kernel) -> None:
        monkeypatch.setattr(module, "elapsed", lambda: 100 + part * LEASE.total_seconds())
        assert of_the_relay(kernel).is_due(100) is is_due

    play(scene)
