"""How it stands with everybody who asked to be forgotten, and what forbids it, kept as tables."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, DateTime, MetaData, Table, Text, delete

from events.catalog.talent import (
    ErasureCompleted,
    ErasureRequested,
    LegalHoldLifted,
    LegalHoldPlaced,
    TalentErased,
)
from events.sourcing.projector import Projection
from events.sourcing.statements import Drop, First, Patch, Statement
from events.sourcing.types import Recorded

standing_tables = MetaData()

request = Table(
    "erasure_request",
    standing_tables,
    # Not `talent_id`: what is said of a person goes with them, and this says only when they went.
    Column("stream", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("erased_at", DateTime(timezone=True)),
    Column("completed_at", DateTime(timezone=True)),
    comment="Each request to be forgotten and how far it has come; it stays when all else is gone.",
)

hold = Table(
    "legal_hold",
    standing_tables,
    Column("hold_id", Text, primary_key=True),
    Column("talent_id", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("reason", Text),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    comment="Each legal hold that stands.",
)


def project_standing(recorded: Recorded[Any]) -> Iterable[Statement]:
    """Statements for `erasure_request` and `legal_hold`."""
    key = {"stream": recorded.stream}
    match recorded.event:
        case LegalHoldPlaced() as e:
            yield First(hold, _placed(e))
        case LegalHoldLifted() as e:
            yield Drop(hold, {"hold_id": e.hold_id})
        case ErasureRequested() as e:
            yield First(request, key | {"reason": e.reason, "requested_at": e.requested_at})
        case TalentErased() as e:
            yield Patch(request, key, {"erased_at": e.erased_at})
            yield delete(hold).where(hold.c.talent_id == e.talent_id)
        case ErasureCompleted() as e:
            yield Patch(request, key, {"completed_at": e.completed_at})
        case _:
            return


def _placed(event: LegalHoldPlaced) -> dict[str, object]:
    return {
        "hold_id": event.hold_id,
        "talent_id": event.talent_id,
        "authority": event.authority,
        "reason": event.reason,
        "placed_at": event.placed_at,
    }


STANDING = Projection(name="standing", tables=standing_tables, project=project_standing)
