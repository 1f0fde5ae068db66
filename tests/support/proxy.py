"""Stands between a client and a server, and cuts connections when an answer is on its way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeAlias

CHUNK_BYTES = 65_536

Cut: TypeAlias = Callable[[bytes], bool]


@dataclass(slots=True, kw_only=True)
class Proxy:
    """`cut` is asked about everything the server says; what it says yes to never arrives."""

    server: tuple[str, int]
    cut: Cut
    cuts: int = 0
    address: tuple[str, int] = ("", 0)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either end or the proxy ends it."""
        try:
            with suppress(OSError):
                await self._between(reader, writer)
        finally:
            writer.transport.abort()

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(*self.server)
        asking = asyncio.create_task(_carry(reader, to_server))
        try:
            await self._answer(from_server, writer)
        finally:
            asking.cancel()
            to_server.transport.abort()
            await asyncio.gather(asking, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(CHUNK_BYTES):
            if self.cut(said):
                self.cuts += 1
                return
            writer.write(said)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while asked := await reader.read(CHUNK_BYTES):
        writer.write(asked)
    writer.transport.abort()


@asynccontextmanager
async def proxy_before(host: str, port: int, *, cut: Cut) -> AsyncIterator[Proxy]:
    """A proxy on a free port; every connection through it is gone afterwards."""
    proxy = Proxy(server=(host, port), cut=cut)
    connections = set[asyncio.Task[None]]()

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(proxy.serve(reader, writer))
        connections.add(task)
        task.add_done_callback(connections.discard)

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        proxy.address = server.sockets[0].getsockname()[:2]
        yield proxy
    for task in list(connections):
        task.cancel()
    await asyncio.gather(*connections, return_exceptions=True)
