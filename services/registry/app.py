"""Where the registry is put together."""

from fastapi import FastAPI

from events.edge.identity import SignedTokens
from events.edge.service import make_app
from events.sourcing.erasure import Eraser, watch_keys
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from services.registry import api, leaving, queries, standing
from services.registry.identity.numbers import claim_key
from services.registry.publish import PUBLISHED, STATES
from services.registry.talent.farewell import dispatcher
from services.registry.talent.process import LEAVING
from services.registry.talent.projection import DIRECTORY, PROFILE
from services.registry.talent.standing import STANDING
from services.registry.vocabulary.load import the_vocabulary


def build(settings: Settings) -> FastAPI:
    """The registry's application; nothing runs before it is served."""
    kernel = Kernel(settings, published=PUBLISHED, states=STATES)
    kernel.project(PROFILE)
    kernel.project(DIRECTORY)
    kernel.project(STANDING)
    kernel.react(LEAVING, dispatcher(kernel, Eraser(kernel)))
    watch_keys(kernel)
    app = make_app(
        kernel,
        title="Talent registry",
        authenticator=SignedTokens(settings.secret),
        routers=[api.router, leaving.router, queries.router, standing.router],
    )
    app.state.vocabulary = the_vocabulary()
    app.state.claim_key = claim_key(settings.secret)
    return app
