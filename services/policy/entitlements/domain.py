"""The rules of one talent's standing answer: a change of outcome is recorded, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias, assert_never

from events.catalog.entitlement import (
    EntitlementAssessed,
    EntitlementEvent,
    EntitlementWithdrawn,
)
from events.sourcing.decider import Decider


def stream_of(talent_id: str) -> str:
    """The stream of a talent's standing answer."""
    return f"entitlement-{talent_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAssessment:
    talent_id: str
    view_version: str
    view_position: int
    facts_version: int
    engine_version: str
    outcome_digest: str
    receipt: str
    valid_at: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawEntitlement:
    talent_id: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """Nothing was recorded for this talent yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    outcome_digest: str
    facts_version: int
    view_position: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The talent was forgotten; nothing follows."""


EntitlementCommand: TypeAlias = RecordAssessment | WithdrawEntitlement
Entitlement: TypeAlias = NotAssessed | Assessed | Withdrawn


def decide(command: EntitlementCommand, entitlement: Entitlement) -> Sequence[EntitlementEvent]:
    """What follows from a command about a talent's entitlement."""
    match command:
        case RecordAssessment():
            return record_assessment(command, entitlement)
        case WithdrawEntitlement():
            return withdraw_entitlement(command, entitlement)
        case _:
            assert_never(command)


def record_assessment(
    command: RecordAssessment, entitlement: Entitlement
) -> Sequence[EntitlementEvent]:
    """The same outcome again is nothing, and so is one that rests on less than the last did."""
    if isinstance(entitlement, Withdrawn):
        return []
    if isinstance(entitlement, Assessed) and (
        command.outcome_digest == entitlement.outcome_digest or _rests_on_less(command, entitlement)
    ):
        return []
    return [
        EntitlementAssessed(
            talent_id=command.talent_id,
            view_version=command.view_version,
            view_position=command.view_position,
            facts_version=command.facts_version,
            engine_version=command.engine_version,
            outcome_digest=command.outcome_digest,
            receipt=command.receipt,
            valid_at=command.valid_at,
            assessed_at=command.at,
        )
    ]


def withdraw_entitlement(
    command: WithdrawEntitlement, entitlement: Entitlement
) -> Sequence[EntitlementEvent]:
    """Withdrawing twice is nothing."""
    if isinstance(entitlement, Withdrawn):
        return []
    return [
        EntitlementWithdrawn(
            talent_id=command.talent_id, reason=command.reason, withdrawn_at=command.at
        )
    ]


def evolve(_entitlement: Entitlement, event: EntitlementEvent) -> Entitlement:
    """What an event changes."""
    match event:
        case EntitlementAssessed():
            return Assessed(
                outcome_digest=event.outcome_digest,
                facts_version=event.facts_version,
                view_position=event.view_position,
            )
        case EntitlementWithdrawn():
            return Withdrawn()
        case _:
            assert_never(event)


def _rests_on_less(command: RecordAssessment, entitlement: Assessed) -> bool:
    return (
        command.facts_version < entitlement.facts_version
        or command.view_position < entitlement.view_position
    )


entitlement: Decider[EntitlementCommand, Entitlement, EntitlementEvent] = Decider(
    "entitlement", NotAssessed(), decide, evolve, last_says_all=True, glances=True
)
