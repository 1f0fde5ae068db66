"""When facts or demands change, then match again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias

from events.catalog.demand import DemandClosed, DemandRaised
from events.catalog.talent import Fact, FactsStated
from events.sourcing.clock import LEGAL_ZONE, legal_day
from events.sourcing.types import Later, Process, Recorded
from services.matching.match.topics import TALENT_FACTS, forgotten
from services.matching.scoring.profile import facts_read


@dataclass(frozen=True, slots=True, kw_only=True)
class RematchTalent:
    """These are the facts that count now; `facts_version` is the talent's stream version."""

    talent_id: str
    facts: tuple[Fact, ...]
    stream: str
    facts_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetTalent:
    talent_id: str
    stream: str
    facts_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RematchDemand:
    """A demand was raised or closed at this position of the own journal."""

    demand_id: str
    stream: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnDay:
    """Another legal day has begun, on which other facts may hold."""

    day: date


Rematching: TypeAlias = RematchTalent | ForgetTalent | RematchDemand | TurnDay


def react_to_facts(recorded: Recorded[Any]) -> Iterable[object]:
    """A changed fact list is matched again; a forgotten talent is let go."""
    match recorded.event:
        case FactsStated() as event if event.facts is not None:
            yield RematchTalent(
                talent_id=event.talent_id,
                facts=facts_read(event.facts),
                stream=recorded.stream,
                facts_version=recorded.version,
            )
        case None if talent_id := forgotten(recorded):
            yield ForgetTalent(
                talent_id=talent_id, stream=recorded.stream, facts_version=recorded.version
            )
        case _:
            return


def react_to_demands(recorded: Recorded[Any]) -> Iterable[object]:
    """A demand that comes or goes changes its own list and those of the talents it suits."""
    match recorded.event:
        case DemandRaised() | DemandClosed() as event:
            yield RematchDemand(
                demand_id=event.demand_id, stream=recorded.stream, position=recorded.position
            )
            yield next_day(legal_day(recorded.recorded_at))
        case _:
            return


def next_day(today: date) -> Later:
    """What is to be done when the day after `today` begins; asked twice, it is done once."""
    day = today + timedelta(days=1)
    begins = datetime.combine(day, time(), tzinfo=LEGAL_ZONE)
    return Later(timer=f"turn-day/{day}", due_at=begins.astimezone(UTC), command=TurnDay(day=day))


TALENT_REMATCH = Process(
    name="talent-rematch",
    react=react_to_facts,
    topics=(TALENT_FACTS,),
    newest_wins=(TALENT_FACTS,),
)
DEMAND_REMATCH = Process(name="demand-rematch", react=react_to_demands)
