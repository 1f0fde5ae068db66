"""The concierge, put together."""

from fastapi import FastAPI

from events.edge.identity import SignedTokens
from events.edge.service import make_app
from events.sourcing.erasure import watch_keys
from events.sourcing.forgetting import ERASURE
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from services.concierge import api, live, queries
from services.concierge.commands import LookAtCalendar, NoticeDeadline
from services.concierge.dispatch import dispatcher
from services.concierge.process import DEADLINES
from services.concierge.projection import MINE, QUEUE, TICKET
from services.concierge.publish import PUBLISHED

KEPT_FOR_LATER: dict[str, type] = {
    "NoticeDeadline": NoticeDeadline,
    "LookAtCalendar": LookAtCalendar,
}


def build(settings: Settings) -> FastAPI:
    """The service with all its loops."""
    kernel = Kernel(settings, published=PUBLISHED)
    for projection in (QUEUE, MINE, TICKET):
        kernel.project(projection)
    dispatch = dispatcher(kernel)
    kernel.react(DEADLINES, dispatch)
    kernel.react(ERASURE, dispatch)
    watch_keys(kernel)
    kernel.fire(KEPT_FOR_LATER, dispatch)
    return make_app(
        kernel,
        title="Concierge",
        authenticator=SignedTokens(settings.secret),
        routers=[api.router, queries.router, live.router],
    )
