"""Constructs the matching service."""

from fastapi import FastAPI

from events.edge.identity import SignedTokens
from events.edge.service import make_app
from events.sourcing.erasure import watch_keys
from events.sourcing.forgetting import ERASURE
from events.sourcing.kernel import Kernel
from events.sourcing.settings import Settings
from services.matching import live
from services.matching.chain import api as chain_api
from services.matching.chain import queries as chain_queries
from services.matching.chain.projection import CHAIN
from services.matching.demand import api as demand_api
from services.matching.demand import queries as demand_queries
from services.matching.demand.projection import DEMAND
from services.matching.match import queries as match_queries
from services.matching.match.matchmaker import Matchmaker
from services.matching.match.process import DEMAND_REMATCH, TALENT_REMATCH, TurnDay
from services.matching.match.projection import PROFILE, PROPOSAL, SHORTLIST
from services.matching.publish import PUBLISHED
from services.matching.vocabulary import read_scales


def build(settings: Settings) -> FastAPI:
    """Everything but the loops, which run while the application is served."""
    kernel = Kernel(settings, published=PUBLISHED)
    scales = read_scales()
    duty = kernel.duty("matchmaker")
    matchmaker = Matchmaker(kernel, scales, duty)
    for projection in (CHAIN, DEMAND, PROFILE, PROPOSAL, SHORTLIST):
        kernel.project(projection)
    kernel.readers[PROFILE.name].progress.on_applied(matchmaker.hear_facts)
    for process in (TALENT_REMATCH, DEMAND_REMATCH, ERASURE):
        kernel.react(process, matchmaker.dispatch, duty=duty)
    watch_keys(kernel)
    kernel.fire({TurnDay.__name__: TurnDay}, matchmaker.dispatch, duty=duty)
    app = make_app(
        kernel,
        title="Concord matching",
        authenticator=SignedTokens(settings.secret),
        routers=[
            chain_api.router,
            chain_queries.router,
            demand_api.router,
            demand_queries.router,
            match_queries.router,
            live.router,
        ],
    )
    app.state.scales = scales
    return app
