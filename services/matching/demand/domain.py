"""Raising and closing a demand: a post at a node of a chain, with what it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never

from events.catalog.demand import DemandClosed, DemandEvent, DemandRaised
from events.sourcing.decider import Decider
from events.sourcing.types import Refused
from services.matching.scoring.criteria import CRITERIA, CRITERION_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseDemand:
    """What is not asked is none or empty; the node it is raised at is relied on beside it."""

    demand_id: str
    chain_id: str
    node_id: str
    title_zh: str
    title_en: str
    employer_zh: str
    employer_en: str
    stars: int
    headcount: int
    region: str | None
    degree_at_least: str | None
    discipline_codes: tuple[str, ...]
    industry_codes: tuple[str, ...]
    years_at_least: int | None
    must: tuple[str, ...]
    synthetic: bool
    raised_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDemand:
    demand_id: str
    reason: str
    closed_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody has raised it."""


@dataclass(frozen=True, slots=True)
class Open:
    """It looks for people."""


@dataclass(frozen=True, slots=True)
class Closed:
    """It does not look for people any more."""


DemandCommand: TypeAlias = RaiseDemand | CloseDemand
Demand: TypeAlias = Unknown | Open | Closed


def raise_demand(command: RaiseDemand, demand: Demand) -> Sequence[DemandEvent]:
    if not isinstance(demand, Unknown):
        raise Refused("demand-already-raised")
    raised = _raised(command)
    unknown = set(raised.must) - CRITERION_NAMES
    if unknown:
        raise Refused("demand-criterion-unknown", criteria=sorted(unknown))
    asked = {criterion.name for criterion in CRITERIA if criterion.asked(raised)}
    if set(raised.must) - asked:
        raise Refused("demand-condition-not-asked", criteria=sorted(set(raised.must) - asked))
    return [raised]


def _raised(command: RaiseDemand) -> DemandRaised:
    return DemandRaised(
        demand_id=command.demand_id,
        chain_id=command.chain_id,
        node_id=command.node_id,
        title_zh=command.title_zh,
        title_en=command.title_en,
        employer_zh=command.employer_zh,
        employer_en=command.employer_en,
        stars=command.stars,
        headcount=command.headcount,
        region=command.region,
        degree_at_least=command.degree_at_least,
        discipline_codes=command.discipline_codes,
        industry_codes=command.industry_codes,
        years_at_least=command.years_at_least,
        must=command.must,
        synthetic=command.synthetic,
        raised_by=command.raised_by,
        raised_at=command.at,
    )


def close_demand(command: CloseDemand, demand: Demand) -> Sequence[DemandEvent]:
    if isinstance(demand, Unknown):
        raise Refused("demand-not-found")
    if isinstance(demand, Closed):
        raise Refused("demand-already-closed")
    return [
        DemandClosed(
            demand_id=command.demand_id,
            reason=command.reason,
            closed_by=command.closed_by,
            closed_at=command.at,
        )
    ]


def decide(command: DemandCommand, demand: Demand) -> Sequence[DemandEvent]:
    """The rule for each command."""
    match command:
        case RaiseDemand():
            return raise_demand(command, demand)
        case CloseDemand():
            return close_demand(command, demand)
        case _:
            assert_never(command)


def evolve(_: Demand, event: DemandEvent) -> Demand:
    """What each event leaves behind."""
    match event:
        case DemandRaised():
            return Open()
        case DemandClosed():
            return Closed()
        case _:
            assert_never(event)


demand: Decider[DemandCommand, Demand, DemandEvent] = Decider("demand", Unknown(), decide, evolve)
