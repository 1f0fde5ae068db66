"""Waiting for a service's own read models, which what decides by them must never outrun."""

from sqlalchemy import select

from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import parked
from events.sourcing.topic_reader import TopicReader


async def until_version(
    kernel: Kernel, name: str, stream: str, version: int, *, seconds: float
) -> None:
    """Return once a reader of topics has come as far, or has parked something of the stream.

    Raises `TimeoutError` where it does neither in time.
    """
    reader = kernel.readers[name]
    if not isinstance(reader, TopicReader):
        raise TypeError(f"{name} does not read a topic")
    if not await reader.reached_version(stream, version, timeout=seconds):
        await _must_be_parked(kernel, name, stream, version)


async def until_position(kernel: Kernel, name: str, position: int, *, seconds: float) -> None:
    """Return once a reader of the own journal has come as far; raises `TimeoutError`."""
    reader = kernel.readers[name]
    if not isinstance(reader, JournalReader):
        raise TypeError(f"{name} does not read the journal")
    if not await reader.reached(position, timeout=seconds):
        raise TimeoutError(f"{name}@{position}")


async def _must_be_parked(kernel: Kernel, name: str, stream: str, version: int) -> None:
    """What a reader parked is in other hands; to wait for it would stop everybody."""
    query = select(parked.c.stream).where(parked.c.reader == name, parked.c.stream == stream)
    async with kernel.reading.connect() as connection:
        if (await connection.execute(query)).first() is None:
            raise TimeoutError(f"{name} has not come to {stream}@{version}")
