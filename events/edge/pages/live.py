"""Keeps one region of a page fresh: each message is the region's whole content under a position."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sse_starlette import EventSourceResponse, ServerSentEvent


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What the region shows now; `position` comes back as Last-Event-ID after a lost connection."""

    position: str
    html: str


def live(glimpses: AsyncIterator[Glimpse]) -> EventSourceResponse:
    """Unnamed messages, which the page swaps in; the same content again is not sent again."""
    return EventSourceResponse(_messages(glimpses), ping=15, send_timeout=30)


async def _messages(glimpses: AsyncIterator[Glimpse]) -> AsyncIterator[ServerSentEvent]:
    shown = ""
    async for glimpse in glimpses:
        if glimpse.html != shown:
            shown = glimpse.html
            yield ServerSentEvent(data=glimpse.html, id=glimpse.position)
