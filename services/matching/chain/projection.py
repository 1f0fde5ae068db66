"""Which chains there are, node by node."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from events.catalog.chain import ChainCharted
from events.sourcing.projector import Projection
from events.sourcing.statements import Newest, Statement
from events.sourcing.types import Recorded
from services.matching.shapes import plain

chain_tables = MetaData()
chain_table = Table(
    "chain",
    chain_tables,
    Column("chain_id", Text, primary_key=True),
    Column("chart", JSONB, nullable=False),
    Column("position", BigInteger, nullable=False),
    comment="Each industry chain as it was charted last.",
)


def project_chain(recorded: Recorded[Any]) -> Iterable[Statement]:
    """The newest chart replaces the one before."""
    match recorded.event:
        case ChainCharted() as event:
            row = {"chain_id": event.chain_id, "chart": plain(event), "position": recorded.position}
            yield Newest(chain_table, row)
        case _:
            return


CHAIN = Projection(name="chain", tables=chain_tables, project=project_chain)
