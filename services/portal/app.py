"""The portal, put together."""

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
from services.portal import leaving, live, pages, requests
from services.portal.projection import ACTIVITY, talents_of
from services.portal.shapes import Portal
from services.portal.words import read_words

PACKAGE = Path(__file__).parent


def build(settings: Settings, *, http: httpx.AsyncClient | None = None) -> FastAPI:
    """The portal with its reader; `http` reaches the other services."""
    kernel = Kernel(settings)
    reader = kernel.project(ACTIVITY)
    app = make_app(
        kernel,
        title="Talent portal",
        authenticator=SignedTokens(settings.secret),
        routers=[pages.router, requests.router, leaving.router, live.router],
    )
    site = make_site(service="portal", package=PACKAGE, secret=settings.secret)
    mount(app, site)
    client = http or httpx.AsyncClient(timeout=TIMEOUT)
    close_with(app, client)
    app.state.portal = Portal(
        site=site,
        door=sign_in.mount(app, site, door="portal"),
        peers=Peers(settings.peers, client),
        words=read_words(),
        engine=kernel.reading,
        moved=Moved(reader.progress, talents_of),
    )
    answer_refusals(app)
    return app
