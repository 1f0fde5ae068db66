"""What counts in an answer: how many months without an end, and which policies."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import Field

from services.policy.policies.asking import Moments
from services.policy.policies.views import Consolidated, Views
from services.policy.rules.amount import HORIZON

MOST_MONTHS = 1_200
"""A hundred years: nobody enjoys anything for longer."""

Horizon = Annotated[int, Field(ge=1, le=MOST_MONTHS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """A benefit without an end counts the months of the horizon.

    With `confirmed_only` policies are left out of which a bound of the period was not seen.
    """

    horizon: int = HORIZON
    confirmed_only: bool = False


EVERYTHING = Counting()


async def seen_by(views: Views, moments: Moments, counting: Counting) -> Consolidated:
    """The view of the policies that count."""
    asked = views.confirmed_at if counting.confirmed_only else views.at
    return await asked(moments.valid_at, moments.known_at)


def counting_out(counting: Counting) -> dict[str, Any]:
    """Said in the answer, so that the same can be asked again."""
    return asdict(counting)


async def policies_that_count(*, confirmed_only: Annotated[bool, Query()] = False) -> Counting:
    """All of them, where nothing else is asked."""
    return Counting(confirmed_only=confirmed_only)


async def counting(
    *,
    horizon: Annotated[Horizon, Query()] = HORIZON,
    confirmed_only: Annotated[bool, Query()] = False,
) -> Counting:
    return Counting(horizon=horizon, confirmed_only=confirmed_only)


AskedPolicies = Annotated[Counting, Depends(policies_that_count)]
AskedCounting = Annotated[Counting, Depends(counting)]
