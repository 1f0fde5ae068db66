"""How often has each ticket moved, and where last? Tells a page when to look again."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Executable, MetaData, Table, Text, func
from sqlalchemy.dialects.postgresql import insert

from events.sourcing.projector import Projection
from events.sourcing.statements import Filled
from events.sourcing.types import Recorded

movement_tables = MetaData()
movement = Table(
    "movement",
    movement_tables,
    Column("ticket_id", Text, primary_key=True),
    Column("changes", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    comment="For each ticket how many events came, and the concierge's place of the last one.",
)


def ticket_of(recorded: Recorded[Any]) -> str:
    """The ticket that a stream is about."""
    return recorded.stream.partition("-")[2]


def project_movement(recorded: Recorded[Any]) -> Iterable[Filled]:
    """Every event of a ticket moves it, whatever it says."""
    moved = {"ticket_id": ticket_of(recorded), "changes": 1, "position": recorded.position}
    yield Filled(_moving(), moved)


@cache
def _moving() -> Executable:
    """Put together once: every event asks for it."""
    row = insert(movement)
    return row.on_conflict_do_update(
        index_elements=["ticket_id"],
        set_={
            "changes": movement.c.changes + 1,
            "position": func.greatest(movement.c.position, row.excluded.position),
        },
    )


MOVEMENT = Projection(
    name="movement", tables=movement_tables, project=project_movement, topics=("ticket.events",)
)
