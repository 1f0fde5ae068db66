"""Puts the policy service together: its read models, its standing evaluation and its doors."""

from collections.abc import Mapping

from fastapi import FastAPI

from events.edge.identity import SignedTokens
from events.edge.service import make_app
from events.sourcing.erasure import watch_keys
from events.sourcing.forgetting import ERASURE, ForgetPerson
from events.sourcing.kernel import Kernel
from events.sourcing.process import Dispatch
from events.sourcing.settings import Settings
from events.sourcing.types import Context
from services.policy.bodies import api as bodies_api
from services.policy.bodies.projection import BODY
from services.policy.dictionaries.kept import Dictionaries
from services.policy.entitlements import api as entitlements_api
from services.policy.entitlements import asked
from services.policy.entitlements.process import (
    ASSESS_BY_FACTS,
    ASSESS_BY_POLICIES,
    AssessEveryone,
    AssessTalent,
    ForgetTalent,
    GreetLegalDay,
)
from services.policy.entitlements.projection import ENTITLEMENT, TALENT_FACT_LIST
from services.policy.entitlements.standing import StandingEvaluation
from services.policy.policies import api as policies_api
from services.policy.policies import publishing
from services.policy.policies.examining import Examiner
from services.policy.policies.projection import POLICY_ROW
from services.policy.policies.views import Views
from services.policy.publish import PUBLISHED
from services.policy.rules import FormatError, default_vocabulary
from services.policy.rulings import api as rulings_api

TIMED: Mapping[str, type] = {
    "AssessEveryone": AssessEveryone,
    "GreetLegalDay": GreetLegalDay,
}


def build(settings: Settings) -> FastAPI:
    """The policy service; its loops run while it is served."""
    vocabulary = default_vocabulary()
    kernel = Kernel(settings, published=PUBLISHED)
    views = Views(kernel.reading, vocabulary)
    dictionaries = Dictionaries(kernel)
    standing = StandingEvaluation(kernel, views, vocabulary, dictionaries)
    dispatch = dispatch_to(standing)
    for projection in (BODY, POLICY_ROW, TALENT_FACT_LIST, ENTITLEMENT):
        kernel.project(projection)
    duty = kernel.duty("standing-evaluation")
    duty.when_over(standing.forget_everybody)
    for process in (ASSESS_BY_FACTS, ASSESS_BY_POLICIES, ERASURE):
        kernel.react(process, dispatch, duty=duty)
    watch_keys(kernel)
    kernel.fire(TIMED, dispatch, duty=duty)
    app = make_app(
        kernel,
        title="Concord policies",
        authenticator=SignedTokens(settings.secret),
        routers=[
            bodies_api.router,
            publishing.router,
            policies_api.router,
            rulings_api.router,
            entitlements_api.router,
            asked.router,
        ],
    )
    app.state.views = views
    app.state.dictionaries = dictionaries
    app.state.examiner = Examiner(kernel, views, vocabulary)
    app.state.vocabulary = vocabulary
    app.add_exception_handler(FormatError, publishing.malformed)
    return app


def dispatch_to(standing: StandingEvaluation) -> Dispatch:
    """Carries out what the processes want."""

    async def dispatch(command: object, context: Context) -> None:
        match command:
            case AssessTalent():
                await standing.assess_stated(command, context)
            case AssessEveryone():
                await standing.assess_everyone(command, context)
            case GreetLegalDay():
                await standing.greet_legal_day(context)
            case ForgetTalent() | ForgetPerson():
                await standing.forget_talent(command.talent_id, context)
            case _:
                raise TypeError(type(command).__name__)

    return dispatch
