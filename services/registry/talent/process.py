"""When somebody asks to be forgotten, do it as soon as nothing bars it, and see it through."""

from collections.abc import Iterable
from typing import Any

from events.catalog.talent import ErasureRequested, LegalHoldLifted, TalentErased
from events.sourcing.forgetting import react_to_erasure
from events.sourcing.types import Process, Recorded
from services.registry.talent.commands import EraseTalent


def react(recorded: Recorded[Any]) -> Iterable[object]:
    """Whether a hold still stands, or anybody asked at all, is for the rules to say."""
    match recorded.event:
        case ErasureRequested() | LegalHoldLifted() as event:
            yield EraseTalent(talent_id=event.talent_id, at=recorded.recorded_at)
        case TalentErased():
            yield from react_to_erasure(recorded)
        case _:
            return


LEAVING = Process(name="erasure", react=react, unhurried=True)
