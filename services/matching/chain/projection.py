"""Which chains there are, node by node."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Column, Executable, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, insert

from events.catalog.chain import ChainCharted
from events.sourcing.projector import Projection
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


def project_chain(recorded: Recorded[Any]) -> Iterable[Executable]:
    """The newest chart replaces the one before."""
    match recorded.event:
        case ChainCharted() as event:
            row = insert(chain_table).values(
                chain_id=event.chain_id, chart=plain(event), position=recorded.position
            )
            yield row.on_conflict_do_update(
                index_elements=["chain_id"],
                set_={"chart": row.excluded.chart, "position": row.excluded.position},
            )
        case _:
            return


CHAIN = Projection(name="chain", tables=chain_tables, project=project_chain)
