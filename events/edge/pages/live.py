"""Keeps one region of a page fresh: each message is the region's whole content under a position."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from events.edge.pages.moved import Moved
from events.edge.pages.peers import Away, Declined

LOOK_SECONDS = 30.0
"""Clocks run on while nothing happens."""
SOON_SECONDS = 2.0
"""What was stale or away is looked for again soon."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What the region shows now; `position` comes back as Last-Event-ID after a lost connection."""

    position: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """How a region is read and drawn.

    `read` gives a view model with `changes`, which only grows, and `stale`; `key` names what
    `moved` must hear of for the region to be read again.
    """

    read: Callable[[], Awaitable[dict[str, Any]]]
    draw: Callable[[dict[str, Any]], str]
    moved: Moved
    key: str


def live(glimpses: AsyncIterator[Glimpse]) -> EventSourceResponse:
    """Unnamed messages, which the page swaps in; the same content again is not sent again."""
    return EventSourceResponse(_messages(glimpses), ping=15, send_timeout=30)


async def glimpses(region: Region, *, seen: int | None) -> AsyncIterator[Glimpse]:
    """The region now, unless the reader has seen it, and again after every change."""
    while True:
        mark = region.moved.mark(region.key)
        view = await _try(region)
        if view is not None and view["changes"] != seen:
            yield Glimpse(position=str(view["changes"]), html=region.draw(view))
        settled = view is not None and not view["stale"]
        pause = LOOK_SECONDS if settled else SOON_SECONDS
        await region.moved.until_moved(region.key, mark, seconds=pause)
        # From here on something has happened or time has passed: it is shown in any case.
        seen = None


def as_page(request: Request, path: str) -> Request:
    """The request as if it had asked for the page that the region belongs to."""
    return Request({**request.scope, "path": path}, request.receive)


async def _try(region: Region) -> dict[str, Any] | None:
    """What is shown stays while a service is away; the next look may find it again."""
    try:
        return await region.read()
    except (Away, Declined):
        return None


async def _messages(glimpses: AsyncIterator[Glimpse]) -> AsyncIterator[ServerSentEvent]:
    shown = ""
    async for glimpse in glimpses:
        if glimpse.html != shown:
            shown = glimpse.html
            yield ServerSentEvent(data=glimpse.html, id=glimpse.position)
