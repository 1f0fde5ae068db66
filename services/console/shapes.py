"""What the console's pages work with; constructed once, in `app.py`."""

from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine

from events.edge.pages import Site
from events.edge.pages.moved import Moved
from events.edge.pages.peers import Peers
from events.edge.pages.sign_in import Door

EVERY_TICKET = "*"
"""The key under which the queue hears of everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The pages, the services behind them, and what the console has heard itself."""

    site: Site
    door: Door
    peers: Peers
    engine: AsyncEngine
    moved: Moved
    ops_url: str | None


def the_console(request: Request) -> Console:
    """The console that answers this request."""
    console: Console = request.app.state.console
    return console
