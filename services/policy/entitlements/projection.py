"""What is stated about each talent, and what is the standing answer to each?"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
)

from events.catalog.entitlement import EntitlementAssessed, EntitlementWithdrawn
from events.sourcing.projector import Projection
from events.sourcing.statements import Drop, Newest, Statement
from events.sourcing.types import Recorded
from services.policy.entitlements.fact_list import kept
from services.policy.entitlements.process import TALENT_FACTS, facts_stated, is_erasure

talent_fact_list_tables = MetaData()
talent_fact_list = Table(
    "talent_fact_list",
    talent_fact_list_tables,
    Column("talent_id", Text, primary_key=True),
    Column("facts_version", Integer, nullable=False),
    Column("facts", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    comment="The newest fact list of each talent, as the registry states it.",
)

entitlement_tables = MetaData()
entitlement = Table(
    "entitlement",
    entitlement_tables,
    Column("talent_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("view_version", Text, nullable=False),
    Column("view_position", BigInteger, nullable=False),
    Column("facts_version", Integer, nullable=False),
    Column("engine_version", Text, nullable=False),
    Column("outcome_digest", Text, nullable=False),
    Column("valid_at", Date, nullable=False),
    Column("assessed_at", DateTime(timezone=True), nullable=False),
    comment="Which answer stands for each talent, and where its receipt is recorded.",
)


def project_talent_fact_list(recorded: Recorded[Any]) -> Iterable[Statement]:
    """The newest list replaces the one before; a tombstone removes it."""
    if is_erasure(recorded):
        forgotten = recorded.stream.partition("-")[2]
        yield Drop(talent_fact_list, {"talent_id": forgotten})
    elif stated := facts_stated(recorded):
        row = {
            "talent_id": stated.talent_id,
            "facts_version": recorded.version,
            "facts": kept(stated.facts or ()),
            "recorded_at": recorded.recorded_at,
        }
        yield Newest(talent_fact_list, row)


def project_entitlement(recorded: Recorded[Any]) -> Iterable[Statement]:
    """One row for each talent; a receipt that can no longer be read leaves none."""
    match recorded.event:
        case EntitlementAssessed() as event if event.receipt is not None:
            yield _standing(event, recorded)
        case EntitlementAssessed() | EntitlementWithdrawn() as event:
            yield Drop(entitlement, {"talent_id": event.talent_id})
        case _:
            pass


def _standing(event: EntitlementAssessed, recorded: Recorded[Any]) -> Newest:
    row = {
        "talent_id": event.talent_id,
        "version": recorded.version,
        "position": recorded.position,
        "view_version": event.view_version,
        "view_position": event.view_position,
        "facts_version": event.facts_version,
        "engine_version": event.engine_version,
        "outcome_digest": event.outcome_digest,
        "valid_at": event.valid_at,
        "assessed_at": event.assessed_at,
    }
    return Newest(entitlement, row)


TALENT_FACT_LIST = Projection(
    name="talent_fact_list",
    tables=talent_fact_list_tables,
    project=project_talent_fact_list,
    topics=(TALENT_FACTS,),
    newest_wins=(TALENT_FACTS,),
)
ENTITLEMENT = Projection(name="entitlement", tables=entitlement_tables, project=project_entitlement)
