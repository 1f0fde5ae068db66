"""Questions of what if: what somebody with these facts would have; nothing is recorded."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from events.catalog.talent import Fact
from events.edge.asking import TheClock
from events.edge.identity import CurrentActor, require
from events.edge.plain import PlainJson
from events.edge.receipts import SeenAfter, fresh
from events.edge.words import Printable
from events.sourcing.types import Refused
from services.policy.entitlements.outlook import what_if, what_is_best
from services.policy.entitlements.shapes import BestOut, WhatIfOut
from services.policy.policies.asking import moments_of
from services.policy.policies.counting import Counting, Horizon, seen_by
from services.policy.policies.views import Consolidated
from services.policy.rules import Vocabulary
from services.policy.rules.amount import HORIZON
from services.policy.rules.fact_list import refuse_impossible

MOST_FACTS = 500

router = APIRouter(tags=["entitlements"])

Answering: TypeAlias = Callable[
    [Consolidated, Sequence[Fact], Vocabulary, Counting], dict[str, Any]
]


class FactIn(BaseModel):
    """A statement as the registry takes it; both days are included, no value: it does not apply."""

    name: Printable = Field(max_length=100)
    value: bool | int | Printable | tuple[Printable | dict[str, Printable | int | None], ...] | None
    source: Literal["verified", "declared", "inferred"] = "declared"
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_at: AwareDatetime | None = None
    document: Printable | None = Field(default=None, max_length=200)


class EvaluateIn(BaseModel):
    """Whoever asks again with what an answer says it rests on is answered the same."""

    facts: list[FactIn] = Field(max_length=MOST_FACTS)
    valid_at: date | None = None
    known_at: AwareDatetime | None = None
    horizon: Horizon = HORIZON
    confirmed_only: bool = False


class Asking:
    """Somebody with these facts, on a day as known at a moment."""

    def __init__(
        self,
        given: EvaluateIn,
        request: Request,
        actor: CurrentActor,
        clock: TheClock,
        after: SeenAfter,
    ) -> None:
        require(actor, "talent", "clerk", "concierge", "registrar", "system")
        self._given, self._request, self._after = given, request, after
        self._moments = moments_of(clock(), given.valid_at, given.known_at)

    async def answered(self, by: Answering) -> Response:
        """Refused where a fact is not of the vocabulary, or its value does not fit it."""
        given, state, known_at = self._given, self._request.app.state, self._moments.known_at
        unknown = sorted({fact.name for fact in given.facts} - state.vocabulary.facts.keys())
        if unknown:
            raise Refused("fact-unknown", names=", ".join(unknown))
        seen = await fresh(self._request, "policy_row", self._after)
        counting = Counting(horizon=given.horizon, confirmed_only=given.confirmed_only)
        view = await seen_by(state.views, self._moments, counting)
        facts = tuple(_fact(fact, known_at) for fact in given.facts)
        try:
            refuse_impossible([(fact.name, fact.value) for fact in facts], state.vocabulary)
            found = await asyncio.to_thread(by, view, facts, state.vocabulary, counting)
        except ValueError as failure:
            raise HTTPException(422, f"a value does not fit its fact: {failure}") from None
        return PlainJson({"stale": not seen, **found})


@router.post("/evaluate", response_model=WhatIfOut)
async def evaluate(asking: Annotated[Asking, Depends()]) -> Response:
    """What somebody with these facts would be entitled to; nothing is recorded."""
    return await asking.answered(what_if)


@router.post("/package", response_model=BestOut)
async def package(asking: Annotated[Asking, Depends()]) -> Response:
    """Of the same only the best lawful package, and what would add to it; nothing is recorded."""
    return await asking.answered(what_is_best)


def _fact(given: FactIn, known_at: datetime) -> Fact:
    return Fact(
        name=given.name,
        value=given.value,
        source=given.source,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        recorded_at=given.recorded_at or known_at,
        document=given.document,
    )
