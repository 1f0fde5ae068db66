"""The feeds service, put together."""

from fastapi import FastAPI

from events.edge.identity import SignedTokens
from events.edge.service import make_app
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from events.sourcing.types import Context
from services.feeds import api
from services.feeds.domain import feed
from services.feeds.listing import listing_of
from services.feeds.process import LISTING, ListPublic
from services.feeds.projection import LISTED
from services.feeds.publish import PUBLISHED


def build(settings: Settings) -> FastAPI:
    """The service with all its loops."""
    kernel = Kernel(settings, published=PUBLISHED)
    kernel.project(LISTED)

    async def dispatch(command: ListPublic, context: Context) -> None:
        stream = f"feed-{command.recorded.stream}"
        await kernel.handle(feed, stream, listing_of(command.recorded), context)

    kernel.react(LISTING, dispatch)
    return make_app(
        kernel,
        title="Concord feeds",
        authenticator=SignedTokens(settings.secret),
        routers=[api.router],
    )
