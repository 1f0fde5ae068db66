"""Who may send spans to ops: this machine, and whoever shows the token that exporters carry."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from events.sourcing.telemetry import TOKEN_HEADER, exporter_to, spans_token
from tests.support.ops import SECRET, own_settings
from tests.support.ops import open_watch as open_ops
from tests.support.spans import Recorder, a_request_and_its_reader

NEIGHBOUR = ("10.0.0.7", 40_000)
"""An address of a private network, as other tenants may have one."""


@pytest.fixture
async def door(
    postgres_url: str, kafka_bootstrap: str, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path)
    async with open_ops(settings) as watch:
        transport = httpx.ASGITransport(app=watch.app, client=NEIGHBOUR)
        async with httpx.AsyncClient(transport=transport, base_url="http://ops") as http:
            yield http


async def knock(door: httpx.AsyncClient, token: bytes | None = None) -> int:
    sent = a_request_and_its_reader()[0].body()
    headers = {} if token is None else {TOKEN_HEADER.encode(): token}
    return (await door.post("/v1/traces", content=sent, headers=headers)).status_code


async def test_an_address_of_a_private_network_opens_nothing(door: httpx.AsyncClient) -> None:
    assert await knock(door) == 403
    assert await knock(door, spans_token(b"another secret").encode()) == 403
    assert await knock(door, b"\xe9") == 403


async def test_the_token_of_the_platform_opens_from_anywhere(door: httpx.AsyncClient) -> None:
    assert await knock(door, spans_token(SECRET).encode()) == 200


async def test_what_a_service_exports_carries_the_token() -> None:
    heard = asyncio.Future[str]()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set_result((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    address = "http://127.0.0.1:{1}".format(*server.sockets[0].getsockname())
    recorder = Recorder("registry")
    with recorder.tracer.start_as_current_span("registry.http"):
        pass
    exporter = exporter_to(address, secret=SECRET)
    await asyncio.to_thread(exporter.export, recorder.spans())
    server.close()
    assert f"{TOKEN_HEADER}: {spans_token(SECRET)}".lower() in (await heard).lower()
