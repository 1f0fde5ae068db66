"""A reader applies each event once and in order; what fails stops its own stream alone."""

from collections.abc import AsyncIterator

import pytest

from events.sourcing.projector import create_tables
from tests.support.applier_suite import TABLES, ApplierSuite, Bench
from tests.support.kernel import workplace


@pytest.fixture
async def bench(postgres_url: str) -> AsyncIterator[Bench]:
    async with workplace(postgres_url) as place:
        kernel = place.kernel()
        await create_tables(kernel.engine, TABLES)
        yield Bench(kernel)


class TestApplier(ApplierSuite):
    """The suite, on PostgreSQL."""
