"""A running feed, read page by page as another agency reads it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.formats.json import JSONFormat

from events.edge.identity import Actor
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from services.feeds.app import build
from tests.support.kernel import until
from tests.support.ops import bearer

BATCH = "application/cloudevents-batch+json"
AGENCY = Actor(subject="agency-1", roles=frozenset({"agency"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    http: httpx.AsyncClient

    async def page(
        self, actor: Actor | None = AGENCY, address: str = "/events", **params: Any
    ) -> httpx.Response:
        return await self.http.get(address, params=params or None, headers=bearer(actor))

    async def pages(self) -> AsyncIterator[list[dict[str, Any]]]:
        """Every page that is not empty."""
        address = "/events?limit=3"
        while True:
            page = await self.page(address=address)
            assert page.headers["content-type"] == BATCH
            if not page.json():
                return
            yield page.json()
            address = page.links["next"]["url"]

    async def all_of(self, clerk: Kernel) -> list[BaseCloudEvent]:
        """What a service let out, as the CloudEvents SDK reads it."""
        batches = [page async for page in self.pages()]
        read = [
            JSONFormat().read(None, msgspec.json.encode(one)) for page in batches for one in page
        ]
        return [one for one in read if one.get_source().endswith(clerk.service)]

    async def listed(self, clerk: Kernel, count: int) -> list[BaseCloudEvent]:
        """The same, once there are that many."""

        async def enough() -> bool:
            return len(await self.all_of(clerk)) >= count

        await until(enough)
        return await self.all_of(clerk)


@asynccontextmanager
async def open_feed(settings: Settings) -> AsyncIterator[Feed]:
    """Run a feeds service."""
    app = build(settings)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://feeds") as http,
    ):
        yield Feed(http=http)
