"""The console, put together."""

from pathlib import Path

import httpx
from fastapi import FastAPI

from events.edge.identity import SignedTokens
from events.edge.pages import make_site, mount, sign_in
from events.edge.pages.moved import Moved
from events.edge.pages.peers import TIMEOUT, Peers, close_with
from events.edge.pages.refusals import answer_refusals
from events.edge.service import make_app
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from services.console import deeds, leaving, live, pages, rulings
from services.console.projection import MOVEMENT, ticket_of
from services.console.shapes import EVERY_TICKET, Console

PACKAGE = Path(__file__).parent


def build(settings: Settings, *, http: httpx.AsyncClient | None = None) -> FastAPI:
    """The console with its reader; `http` reaches the other services."""
    kernel = Kernel(settings)
    reader = kernel.project(MOVEMENT)
    app = make_app(
        kernel,
        title="Staff console",
        authenticator=SignedTokens(settings.secret),
        routers=[live.router, pages.router, deeds.router, leaving.router, rulings.router],
    )
    site = make_site(service="console", package=PACKAGE, secret=settings.secret)
    mount(app, site)
    client = http or httpx.AsyncClient(timeout=TIMEOUT)
    close_with(app, client)
    app.state.console = Console(
        site=site,
        door=sign_in.mount(app, site, door="console"),
        peers=Peers(settings.peers, client),
        engine=kernel.reading,
        moved=Moved(reader.progress, lambda recorded: (EVERY_TICKET, ticket_of(recorded))),
        ops_url=settings.ops_public_url,
    )
    answer_refusals(app)
    return app
