"""How a process that may be struck is asked: one line for each command, one for each answer."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from tests.prove.oracle import Answered, Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A receipt, or the kind of failure: then nobody knows whether it was recorded."""

    key: str
    answered: Answered | None = None
    failure: str | None = None


class Gone(Exception):
    """The process that was asked is no more."""


STDOUT, STDERR = 1, 2

Serve: TypeAlias = Callable[[Command], Awaitable[Answered]]
Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Caller:
    """The asking end of one process's door."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        self._listening = asyncio.create_task(self._listen(reader))

    async def ask(self, command: Command) -> Reply:
        """Wait for the reply; raises `Gone` where none will come."""
        if self._listening.done():
            raise Gone
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[command.key] = future
        self._writer.write(msgspec.json.encode(command) + b"\n")
        return await future

    async def close(self) -> None:
        """The process ends in its own time when nobody can ask any more."""
        self._writer.close()
        await self._listening

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                reply = msgspec.json.decode(line, type=Reply)
                self._waiting.pop(reply.key).set_result(reply)
        except OSError:
            pass
        finally:
            self._writer.close()
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(Gone())


class Reception:
    """Where every process reports when it is ready to be asked."""

    def __init__(self) -> None:
        self.address = ""
        self._expected: dict[str, asyncio.Future[Caller]] = {}

    def expect(self, name: str) -> "asyncio.Future[Caller]":
        """The door of a process that is about to start."""
        self._expected[name] = asyncio.get_running_loop().create_future()
        return self._expected[name]

    async def arrived(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A process says its name."""
        name = (await reader.readline()).decode().strip()
        expected = self._expected.pop(name, None)
        if expected is not None and not expected.done():
            expected.set_result(Caller(reader, writer))


@asynccontextmanager
async def reception() -> AsyncIterator[Reception]:
    """Open until all is over."""
    desk = Reception()
    async with await asyncio.start_server(desk.arrived, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()[:2]
        desk.address = f"{host}:{port}"
        yield desk


def write_to(log: str) -> None:
    """What this process says from now on is read where something went wrong."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, STDOUT)
    os.dup2(file, STDERR)


async def report(address: str, name: str) -> Streams:
    """The answering end says that it lives; it is asked as soon as it begins to answer."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{name}\n".encode())
    return reader, writer


async def answer_all(streams: Streams, serve: Serve) -> None:
    """Answer until nobody can ask any more."""
    reader, writer = streams
    async with asyncio.TaskGroup() as answering:
        while line := await reader.readline():
            command = msgspec.json.decode(line, type=Command)
            answering.create_task(_reply(writer, command, serve))
    writer.close()


async def _reply(writer: asyncio.StreamWriter, command: Command, serve: Serve) -> None:
    try:
        reply = Reply(key=command.key, answered=await serve(command))
    except Exception as failure:  # noqa: BLE001 - whoever asked is told the kind of it
        reply = Reply(key=command.key, failure=type(failure).__name__)
    writer.write(msgspec.json.encode(reply) + b"\n")
