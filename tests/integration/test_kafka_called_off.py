"""Whoever is told to stop while Kafka is only just answering leaves no connection open."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from events.sourcing import kafka, topics
from events.sourcing.kafka import KafkaConsumer, started
from events.sourcing.topics import Topics
from tests.support.proxy import proxy_before

VERSIONS, METADATA = 1, 2
"""What a client asks first and second on a new connection."""


@dataclass(slots=True)
class Interrupter:
    """Calls somebody off as the broker's n-th answer is about to reach them."""

    at: int
    answers: int = 0
    asking: "asyncio.Future[object] | None" = field(default=None)

    def __call__(self, _: bytes) -> bool:
        self.answers += 1
        if self.answers == self.at and self.asking is not None:
            self.asking.cancel()
        return False


@asynccontextmanager
async def interrupted(
    kafka_bootstrap: str, *, at: int
) -> AsyncIterator[tuple[str, Callable[[Awaitable[object]], Awaitable[None]]]]:
    """An address of the broker, and what asks it until it is called off."""
    host, port = kafka_bootstrap.rsplit(":", 1)
    interrupter = Interrupter(at)

    async def ask(question: Awaitable[object]) -> None:
        interrupter.asking = asyncio.ensure_future(question)
        with suppress(asyncio.CancelledError):
            await interrupter.asking
        assert interrupter.asking.cancelled()

    async with proxy_before(host, int(port), cut=interrupter) as proxy:
        yield f"{proxy.address[0]}:{proxy.address[1]}", ask


@contextmanager
def left_open() -> Iterator[list[str]]:
    """What was thrown away without being closed."""
    found: list[str] = []
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield found
        gc.collect()
        found += [str(one.message) for one in said if "Unclosed" in str(one.message)]


@pytest.mark.parametrize("at", [VERSIONS, METADATA])
async def test_a_question_about_topics_that_is_called_off_leaves_nothing_open(
    kafka_bootstrap: str, at: int
) -> None:
    with left_open() as found:
        async with interrupted(kafka_bootstrap, at=at) as (address, ask):
            topics = Topics(address, client_id="somebody")
            await ask(topics.shapes(["nothing"]))
            await topics.close()
    assert found == []


@pytest.mark.parametrize("at", [VERSIONS, METADATA])
async def test_a_consumer_that_is_called_off_leaves_nothing_open(
    kafka_bootstrap: str, at: int
) -> None:
    with left_open() as found:
        async with interrupted(kafka_bootstrap, at=at) as (address, ask):
            await ask(started(KafkaConsumer(bootstrap_servers=address)))
    assert found == []


async def test_called_off_at_once_a_connection_would_stay_open(
    kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: nothing comes to its end before it is called off."""

    async def at_once(opening: Awaitable[object], _: object) -> None:
        await opening

    monkeypatch.setattr(topics, "opened", at_once)
    monkeypatch.setattr(kafka, "opened", at_once)
    with left_open() as found:
        async with interrupted(kafka_bootstrap, at=METADATA) as (address, ask):
            asked = Topics(address, client_id="somebody")
            await ask(asked.shapes(["nothing"]))
            await asked.close()
    assert len(found) == 1
