"""The transaction in which rows about a person go: no read model is written to meanwhile."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from events.sourcing.builds import hold_builds
from events.sourcing.kernel import Kernel
from events.sourcing.standing import hold_all_but


@asynccontextmanager
async def purging(kernel: Kernel) -> AsyncIterator[AsyncConnection]:
    """For rows of any build.

    Processes keep their checkpoints, because one of them may be waiting for this purge; they write
    no rows about anybody.
    """
    async with _still(kernel, kernel.readers.keys() - kernel.projections.keys()) as connection:
        yield connection


@asynccontextmanager
async def purging_idle(kernel: Kernel) -> AsyncIterator[AsyncConnection]:
    """For rows of builds that do not serve; readers go on."""
    async with _still(kernel, kernel.readers) as connection:
        yield connection


@asynccontextmanager
async def _still(kernel: Kernel, going_on: Iterable[str]) -> AsyncIterator[AsyncConnection]:
    """Builds are held first, then checkpoints, then rows: as do those who fill and switch them."""
    async with kernel.engine.begin() as connection:
        await hold_builds(connection)
        await hold_all_but(connection, going_on)
        yield connection
