"""What the portal's pages work with; constructed once, in `app.py`."""

from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine

from events.edge.pages import Site
from events.edge.pages.moved import Moved
from events.edge.pages.peers import Peers
from events.edge.pages.sign_in import Door
from services.portal.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """The pages, the services behind them, and what the portal has heard itself."""

    site: Site
    door: Door
    peers: Peers
    words: Words
    engine: AsyncEngine
    moved: Moved


def the_portal(request: Request) -> Portal:
    """The portal that answers this request."""
    portal: Portal = request.app.state.portal
    return portal
