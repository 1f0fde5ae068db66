"""Waiting for the service's own read models, which matching must never outrun."""

from sqlalchemy import select

from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import parked
from events.sourcing.topic_reader import TopicReader

PATIENCE_SECONDS = 20.0


async def reached_version(kernel: Kernel, name: str, stream: str, version: int) -> None:
    """Raises `TimeoutError` while a reader of topics has not come as far."""
    reader = kernel.readers[name]
    if not isinstance(reader, TopicReader):
        raise TypeError(f"{name} does not read a topic")
    if not await reader.reached_version(stream, version, timeout=PATIENCE_SECONDS):
        await _must_be_parked(kernel, name, stream)


async def reached_position(kernel: Kernel, name: str, position: int) -> None:
    """Raises `TimeoutError` while a reader of the own journal has not come as far."""
    reader = kernel.readers[name]
    if not isinstance(reader, JournalReader):
        raise TypeError(f"{name} does not read the journal")
    if not await reader.reached(position, timeout=PATIENCE_SECONDS):
        raise TimeoutError(f"{name} has not come as far")


async def _must_be_parked(kernel: Kernel, name: str, stream: str) -> None:
    """What a read model could not take is in other hands; to wait for it would stop everybody."""
    query = select(parked.c.stream).where(parked.c.reader == name, parked.c.stream == stream)
    async with kernel.reading.connect() as connection:
        if (await connection.execute(query)).first() is None:
            raise TimeoutError(f"{name} has not come as far")
