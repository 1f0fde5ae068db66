"""The rules of being forgotten: it is asked for, a legal hold bars it, it is done, it is over."""

from collections.abc import Sequence
from typing import assert_never

from events.catalog.talent import (
    ErasureCompleted,
    ErasureRequested,
    LegalHoldLifted,
    LegalHoldPlaced,
    TalentErased,
    TalentEvent,
)
from events.sourcing.types import Refused
from services.registry.talent.commands import (
    CompleteErasure,
    EraseTalent,
    LeavingCommand,
    LiftHold,
    PlaceHold,
    RequestErasure,
)
from services.registry.talent.states import Erased, Forgotten, Registered, Talent, Unregistered


def decide_leaving(command: LeavingCommand, talent: Talent) -> Sequence[TalentEvent]:
    match command:
        case PlaceHold():
            return place_hold(command, talent)
        case LiftHold():
            return lift_hold(command, talent)
        case RequestErasure():
            return request_erasure(command, talent)
        case EraseTalent():
            return erase_talent(command, talent)
        case CompleteErasure():
            return complete_erasure(command, talent)
        case _:
            assert_never(command)


def place_hold(command: PlaceHold, talent: Talent) -> Sequence[TalentEvent]:
    """A hold may stand beside others; it comes too late for somebody who is erased."""
    if command.hold_id in file_of(talent).holds:
        raise Refused("hold-already-placed")
    return [
        LegalHoldPlaced(
            talent_id=command.talent_id,
            hold_id=command.hold_id,
            authority=command.authority,
            reason=command.reason,
            placed_by=command.placed_by,
            placed_at=command.at,
        )
    ]


def lift_hold(command: LiftHold, talent: Talent) -> Sequence[TalentEvent]:
    if command.hold_id not in file_of(talent).holds:
        raise Refused("hold-not-found")
    return [
        LegalHoldLifted(
            talent_id=command.talent_id,
            hold_id=command.hold_id,
            authority=command.authority,
            reason=command.reason,
            lifted_by=command.lifted_by,
            lifted_at=command.at,
        )
    ]


def request_erasure(command: RequestErasure, talent: Talent) -> Sequence[TalentEvent]:
    """To ask twice is to have asked."""
    held = file_of(talent)
    _bar_by_hold(held)
    if held.leaving is not None:
        return []
    return [
        ErasureRequested(
            talent_id=command.talent_id,
            reason=command.reason,
            requested_by=command.requested_by,
            requested_at=command.at,
        )
    ]


def erase_talent(command: EraseTalent, talent: Talent) -> Sequence[TalentEvent]:
    """A hold that was placed after the request bars it too, until it is lifted."""
    if isinstance(talent, Erased | Forgotten):
        return []
    held = file_of(talent)
    if held.leaving is None:
        raise Refused("erasure-not-requested")
    _bar_by_hold(held)
    return [
        TalentErased(
            talent_id=command.talent_id,
            reason=held.leaving.reason,
            erased_by=held.leaving.requested_by,
            erased_at=command.at,
        )
    ]


def complete_erasure(command: CompleteErasure, talent: Talent) -> Sequence[TalentEvent]:
    """Completing twice is nothing."""
    if isinstance(talent, Forgotten):
        return []
    if not isinstance(talent, Erased):
        raise Refused("talent-not-erased")
    return [ErasureCompleted(talent_id=command.talent_id, completed_at=command.at)]


def file_of(talent: Talent) -> Registered:
    """The file, where there is one to work on."""
    match talent:
        case Registered():
            return talent
        case Unregistered():
            raise Refused("talent-not-found")
        case Erased() | Forgotten():
            raise Refused("talent-erased")
        case _:
            assert_never(talent)


def _bar_by_hold(held: Registered) -> None:
    if held.holds:
        raise Refused("erasure-on-legal-hold", holds=", ".join(sorted(held.holds)))
