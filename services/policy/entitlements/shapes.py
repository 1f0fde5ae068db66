"""The shapes in which entitlements are answered: the recorded one, its replay, what would be."""

from datetime import date, datetime

from pydantic import BaseModel

from services.policy.outlook_shapes import OutlookOut, PromisedOut
from services.policy.package_shapes import PackageOut
from services.policy.rules.amount import HORIZON
from services.policy.shapes import OutcomeOut


class JudgedOut(BaseModel):
    """What a judgement rests on; the same of all this gives the same answer."""

    valid_at: date
    known_at: datetime
    view_version: str
    view_position: int
    facts_version: int | None
    facts_digest: str
    engine_version: str
    unreadable_policies: list[str]


class FoundOut(JudgedOut):
    """Every policy, the best package, and the one that could be had with the missing facts."""

    stale: bool
    outcome_digest: str
    outcomes: list[OutcomeOut]
    package: PackageOut
    possible_package: PackageOut | None


class CountingOut(BaseModel):
    """A benefit without an end counts the months of the horizon.

    With `confirmed_only` policies were left out of which a bound was not seen.
    """

    horizon: int = HORIZON
    confirmed_only: bool = False


class WhatIfOut(CountingOut, FoundOut, OutlookOut):
    """What somebody with these facts would have, and what they would need to have more."""


class BestOut(CountingOut, JudgedOut, PromisedOut):
    """What somebody with these facts would have at most, and what would add to it."""

    stale: bool
    package: PackageOut
    possible_package: PackageOut | None


class EntitlementOut(FoundOut):
    """The standing answer and where it is recorded."""

    talent_id: str
    stream: str
    version: int
    position: int
    assessed_at: datetime


class StandingAnswerOut(BaseModel):
    """Which answer stands: where it is recorded, and by which list and which view."""

    stale: bool
    talent_id: str
    stream: str
    version: int
    position: int
    outcome_digest: str
    assessed_at: datetime
    facts_version: int
    view_version: str


class StandingOutlookOut(JudgedOut, OutlookOut):
    """What follows from the standing answer; `version` and digest say from which."""

    stale: bool
    talent_id: str
    version: int
    outcome_digest: str


class FactsOut(BaseModel):
    """The list of facts that one of the two was judged by."""

    talent_id: str
    facts_version: int
    facts_digest: str


class HouseholdOut(CountingOut):
    """What two have at most between them; an offer's key begins with whose it is.

    Nothing of it is recorded: it is judged when it is asked for.
    """

    stale: bool
    talent_ids: list[str]
    valid_at: date
    known_at: datetime
    view_version: str
    view_position: int
    engine_version: str
    unreadable_policies: list[str]
    facts: list[FactsOut]
    package: PackageOut
    possible_package: PackageOut | None


class ReplayOut(BaseModel):
    """Whether judging again gives the recorded answer byte by byte."""

    stale: bool
    talent_id: str
    identical: bool
    recorded: JudgedOut
    replayed: JudgedOut
