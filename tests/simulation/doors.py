"""The way of a request to the process that answers it now, and of the answer back."""

import asyncio
from collections.abc import Mapping

import httpx
from fastapi import FastAPI

from tests.simulation.life import Life

PATIENCE_SECONDS = 15.0


class Doors(httpx.AsyncBaseTransport):
    """Hosts are services; a request to one whose process is down is refused at once."""

    def __init__(self, lives: Mapping[str, Life], acknowledged: set[str]) -> None:
        self._lives = lives
        self._acknowledged = acknowledged

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        life = self._lives.get(request.url.host)
        if life is None or not life.alive or life.door is None:
            raise httpx.ConnectError("nobody listens")
        answering = life.start(_answered(life, life.door, request))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.wait([answering])
        except TimeoutError:
            answering.cancel()
            raise httpx.ReadTimeout("it takes too long") from None
        if answering.cancelled():
            raise httpx.ReadError("whoever was asked is gone")
        response: httpx.Response = answering.result()
        self._acknowledged |= await _event_ids(request, response)
        return response


async def _event_ids(request: httpx.Request, response: httpx.Response) -> set[str]:
    """The events that whoever asked was told of."""
    await response.aread()
    if request.method != "POST" or response.is_error:
        return set()
    answer = response.json()
    return set(answer.get("receipt", answer)["event_ids"])


async def _answered(life: Life, app: FastAPI, request: httpx.Request) -> httpx.Response:
    try:
        await life.step("request")
        response = await httpx.ASGITransport(app=app).handle_async_request(request)
        await life.step("answer")
    except ConnectionError as cut:
        raise httpx.ReadError("the line is dead") from cut
    return response
