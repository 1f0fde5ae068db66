"""What many of these tests stand on."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.simulation.once import tried_once
from tests.support.kernel import Workplace, workplace


@pytest.fixture(scope="session", autouse=True)
def _policies_are_tried_once() -> Iterator[None]:
    """Hundreds of tests publish the same hundred real policies; each costs a clerk's patience."""
    with tried_once():
        yield


@pytest.fixture
async def place(postgres_url: str) -> AsyncIterator[Workplace]:
    """Kernels of one service, on a database of their own, without Kafka."""
    async with workplace(postgres_url) as made:
        yield made
