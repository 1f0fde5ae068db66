"""Whoever works long lets in between what came meanwhile, and only then."""

import asyncio

import pytest

from services.policy.entitlements import breathing
from services.policy.entitlements.breathing import STRETCH_SECONDS, Breathing


class Watch:
    """Time that passes only while somebody works."""

    def __init__(self) -> None:
        self.now = 1.0

    def work(self, stretches: float) -> None:
        self.now += stretches * STRETCH_SECONDS


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(breathing, "elapsed", lambda: made.now)
    return made


async def order_of(watch: Watch, *, pausing: bool) -> list[str]:
    """How four pieces of work, of 0.4 stretches each, and what comes meanwhile are done."""
    done: list[str] = []
    breath = Breathing()
    await breath.pause()

    async def piece(name: str) -> None:
        if pausing:
            await breath.pause()
        if name == "a":
            asyncio.get_running_loop().call_soon(done.append, "an answer")
        watch.work(0.4)
        done.append(name)

    await asyncio.gather(*map(piece, "abcd"))
    return done


async def test_what_came_is_let_in_after_a_stretch_and_all_others_go_on_together(
    watch: Watch,
) -> None:
    assert await order_of(watch, pausing=True) == ["a", "b", "c", "an answer", "d"]
    assert STRETCH_SECONDS == 0.04


async def test_without_a_pause_it_waits_for_everybody(watch: Watch) -> None:
    assert await order_of(watch, pausing=False) == ["a", "b", "c", "d", "an answer"]
