"""What many of these tests stand on."""

from collections.abc import AsyncIterator

import pytest

from tests.support.kernel import Workplace, workplace


@pytest.fixture
async def place(postgres_url: str) -> AsyncIterator[Workplace]:
    """Kernels of one service, on a database of their own, without Kafka."""
    async with workplace(postgres_url) as made:
        yield made
