"""Which demands look for people, and which did."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from events.catalog.demand import DemandClosed, DemandRaised
from events.sourcing.projector import Projection
from events.sourcing.statements import First, Patch, Statement
from events.sourcing.types import Recorded
from services.matching.shapes import plain

OPEN, CLOSED = "open", "closed"

demand_tables = MetaData()
demand_table = Table(
    "demand",
    demand_tables,
    Column("demand_id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("raised", JSONB, nullable=False),
    Column("position", BigInteger, nullable=False),
    comment="Each demand with what it asks, and whether it is still open.",
)


def project_demand(recorded: Recorded[Any]) -> Iterable[Statement]:
    """Raised, then closed; a closed demand stays readable."""
    match recorded.event:
        case DemandRaised() as event:
            row = {
                "demand_id": event.demand_id,
                "chain_id": event.chain_id,
                "state": OPEN,
                "raised": plain(event),
                "position": recorded.position,
            }
            yield First(demand_table, row)
        case DemandClosed() as event:
            closed = {"state": CLOSED, "position": recorded.position}
            yield Patch(demand_table, {"demand_id": event.demand_id}, closed)
        case _:
            return


DEMAND = Projection(name="demand", tables=demand_tables, project=project_demand)
