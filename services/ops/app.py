"""The ops service, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
from fastapi import FastAPI

from events.edge import pages as edge_pages
from events.edge.identity import SignedTokens
from events.edge.pages import make_site, sign_in
from events.edge.pages.moved import Moved
from events.edge.pages.peers import TIMEOUT, Peers, close_with
from events.edge.pages.refusals import answer_refusals
from events.edge.service import make_app
from events.sourcing.kernel import Kernel
from events.sourcing.projector import create_tables
from events.sourcing.settings import Settings
from services.ops import api, metrics, pages, receiver, repairs
from services.ops.keeper import SpanKeeper
from services.ops.projection import JOURNEY
from services.ops.pulse_reader import PulseReader
from services.ops.pulse_table import pulse_tables
from services.ops.rounds import Rounds
from services.ops.sighting_table import sighting_tables
from services.ops.sightings import Sightings
from services.ops.span_tables import span_tables

HERE = Path(__file__).parent


def build(settings: Settings, *, http: httpx.AsyncClient | None = None) -> FastAPI:
    """The service with all its loops; it owns no stream of its own. `http` reaches the others."""
    kernel = Kernel(settings)
    journey = kernel.project(JOURNEY)
    pulse = PulseReader(kernel.engine, bootstrap=settings.bootstrap)
    kernel.readers[pulse.name] = pulse
    app = make_app(
        kernel,
        title="Concord operations",
        authenticator=SignedTokens(settings.secret),
        routers=[receiver.router, api.router, metrics.router, pages.router, repairs.router],
    )
    client = http or httpx.AsyncClient(timeout=TIMEOUT)
    close_with(app, client)
    app.state.rounds = Rounds(kernel, client)
    app.state.peers = Peers(settings.peers, client)
    app.state.moved = Moved(journey.progress, pages.any_event)
    sightings = Sightings(kernel.engine, kernel.clock)
    journey.progress.on_applied(sightings.heard)
    kernel.attend(sightings.run)
    app.state.spans = SpanKeeper(kernel.engine, kernel.clock)
    site = make_site(service="ops", package=HERE, secret=settings.secret)
    edge_pages.mount(app, site)
    sign_in.mount(app, site, door="ops")
    answer_refusals(app)
    _keep_spans(app)
    return app


def _keep_spans(app: FastAPI) -> None:
    """Spans, figures and sightings have tables that no projection makes; the spans' loop ends
    before the kernel, whose connections it uses.
    """
    served = app.router.lifespan_context

    @asynccontextmanager
    async def with_spans(application: FastAPI) -> AsyncIterator[None]:
        kernel: Kernel = app.state.kernel
        for tables in (span_tables, pulse_tables, sighting_tables):
            await create_tables(kernel.engine, tables)
        async with served(application):
            keeping = asyncio.create_task(app.state.spans.run())
            yield
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping

    app.router.lifespan_context = with_spans
