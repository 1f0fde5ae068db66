"""What follows from an answer: what became of each policy, and what would add to the package."""

from typing import Literal, TypeAlias

from pydantic import BaseModel

from services.policy.package_shapes import BlockerOut, PackageOut
from services.policy.shapes import NearMissOut, StateOut

ResultStateOut: TypeAlias = StateOut | Literal["eligible_and_chosen", "duplicate"]


class ResultOut(BaseModel):
    """The one state of a policy, beside all others.

    `costs_fen` is what the package loses if a policy that is not chosen is forced in; none where
    no lawful package holds it.
    """

    policy_id: str
    state: ResultStateOut
    blocked_by: list[BlockerOut]
    costs_fen: int | None


class FactWorthOut(BaseModel):
    """By how much the package may grow with a missing fact.

    `alone_fen` if nothing else that is missing turns out well, `with_others_fen` if all of it does.
    """

    fact: str
    alone_fen: int
    with_others_fen: int


class PromisedOut(BaseModel):
    """What could be had by now, and what each missing fact may add to it."""

    certain_package: PackageOut | None
    """Of what nobody must still confirm; none where no person's check is open."""
    fact_worths: list[FactWorthOut]


class OutlookOut(PromisedOut):
    """One state for each policy; for those that are missed, what would have to change."""

    results: list[ResultOut]
    near_misses: list[NearMissOut]
