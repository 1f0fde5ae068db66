"""When facts, policies or the legal day change, the talents concerned are assessed again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from events.catalog.policy import (
    PolicyAmended,
    PolicyPublished,
    PolicyQuotaFilled,
    PolicyRepealed,
    PolicyRulingGiven,
    PolicyRulingWithdrawn,
    PolicySuperseded,
)
from events.catalog.talent import Fact, FactsStated
from events.sourcing.clock import LEGAL_ZONE, legal_day
from events.sourcing.types import Later, Process, Recorded

TALENT_FACTS = "talent.facts"
ERASED = "talent.erased.v1"
"""The name of a tombstone on that topic; nothing else there ends a talent."""

STATED = "talent.facts-stated."

CHANGES_THE_VIEW = (
    PolicyPublished,
    PolicySuperseded,
    PolicyRepealed,
    PolicyAmended,
    PolicyQuotaFilled,
    PolicyRulingGiven,
    PolicyRulingWithdrawn,
)

BURST = timedelta(seconds=1)
"""Policies that come one after the other within this time are answered by one round."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessTalent:
    """Assess one talent by this fact list, of this version of its stream, or by a newer one."""

    talent_id: str
    stream: str
    facts_version: int
    facts: tuple[Fact, ...] = field(repr=False)
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessEveryone:
    """Assess, in the order of their ids, the talents after `after`; a round goes on by itself.

    What was said about policies up to `position` must be in the view.
    """

    position: int
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GreetLegalDay:
    """Ages and periods have moved on: assess everyone, and do so again the next day."""

    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetTalent:
    talent_id: str


class UnreadableList(Exception):
    """A fact list came without its facts: it is parked and says nothing about the talent."""


def react_to_facts(recorded: Recorded[Any]) -> Iterable[object]:
    """A talent is assessed by each new fact list, and forgotten with the tombstone only."""
    if is_erasure(recorded):
        yield ForgetTalent(talent_id=recorded.stream.partition("-")[2])
    elif stated := facts_stated(recorded):
        yield AssessTalent(
            talent_id=stated.talent_id,
            stream=recorded.stream,
            facts_version=recorded.version,
            facts=stated.facts or (),
            recorded_at=recorded.recorded_at,
        )


def is_erasure(recorded: Recorded[Any]) -> bool:
    """An envelope without a payload is no tombstone: only the name says that a talent is gone."""
    return recorded.name == ERASED


def facts_stated(recorded: Recorded[Any]) -> FactsStated | None:
    """The fact list, if it is one; raises `UnreadableList` for one without its facts."""
    event = recorded.event
    if isinstance(event, FactsStated) and event.facts is not None:
        return event
    if recorded.name.startswith(STATED):
        raise UnreadableList(recorded.name)
    return None


def react_to_policies(recorded: Recorded[Any]) -> Iterable[object]:
    """A change of the view is followed by one round, and by one at each coming midnight."""
    if isinstance(recorded.event, CHANGES_THE_VIEW):
        yield Later(
            timer="assess-everyone",
            due_at=recorded.recorded_at + BURST,
            command=AssessEveryone(position=recorded.position),
        )
        yield next_legal_day(recorded.recorded_at)


def next_legal_day(moment: datetime) -> Later:
    """The timer of the legal day that follows; each day has its own, so it is set once."""
    day = legal_day(moment) + ONE_DAY
    return Later(
        timer=f"legal-day/{day.isoformat()}",
        due_at=datetime.combine(day, time.min, tzinfo=LEGAL_ZONE),
        command=GreetLegalDay(day=day),
    )


ASSESS_BY_FACTS = Process(
    name="assess_by_facts",
    react=react_to_facts,
    topics=(TALENT_FACTS,),
    newest_wins=(TALENT_FACTS,),
    streams_apart=True,
    at_once=20,  # A list that comes meanwhile waits for all of them.
)
ASSESS_BY_POLICIES = Process(name="assess_by_policies", react=react_to_policies, unhurried=True)
