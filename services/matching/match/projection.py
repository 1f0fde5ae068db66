"""What is proposed to whom, who is shortlisted for what, and the facts behind both."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from events.catalog.match import MatchesWithdrawn, MatchProposed, ShortlistChanged
from events.catalog.talent import FactsStated
from events.sourcing.projector import Projection
from events.sourcing.statements import Drop, Newest, Statement
from events.sourcing.types import Recorded
from services.matching.match.topics import TALENT_FACTS, forgotten
from services.matching.scoring.profile import facts_read
from services.matching.shapes import plain

proposal_tables = MetaData()
proposal_table = Table(
    "proposal",
    proposal_tables,
    Column("talent_id", Text, primary_key=True),
    Column("proposed", JSONB, nullable=False),
    Column("position", BigInteger, nullable=False),
    comment="The top list of each talent, best first, with the reasons.",
)

shortlist_tables = MetaData()
shortlist_table = Table(
    "shortlist",
    shortlist_tables,
    Column("demand_id", Text, primary_key=True),
    Column("talent_ids", ARRAY(Text), nullable=False),
    Column("changed", JSONB, nullable=False),
    Column("position", BigInteger, nullable=False),
    comment="The top list of each demand, best first, as ids.",
)

profile_tables = MetaData()
profile_table = Table(
    "profile",
    profile_tables,
    Column("talent_id", Text, primary_key=True),
    Column("facts_version", Integer, nullable=False),
    Column("facts", JSONB, nullable=False),
    comment="Of each talent the facts that the score reads, and no others.",
)


def project_proposal(recorded: Recorded[Any]) -> Iterable[Statement]:
    """The newest list replaces the one before; what was withdrawn or forgotten goes."""
    match recorded.event:
        case MatchProposed() as event if event.demands is not None:
            row = {
                "talent_id": event.talent_id,
                "proposed": plain(event),
                "position": recorded.position,
            }
            yield Newest(proposal_table, row)
        case MatchProposed() | MatchesWithdrawn() as event:
            yield Drop(proposal_table, {"talent_id": event.talent_id})
        case _:
            return


def project_shortlist(recorded: Recorded[Any]) -> Iterable[Statement]:
    """The newest list replaces the one before."""
    match recorded.event:
        case ShortlistChanged() as event:
            row = {
                "demand_id": event.demand_id,
                "talent_ids": list(event.talent_ids),
                "changed": plain(event),
                "position": recorded.position,
            }
            yield Newest(shortlist_table, row)
        case _:
            return


def project_profile(recorded: Recorded[Any]) -> Iterable[Statement]:
    """The newest fact list replaces the one before; a forgotten talent has none."""
    match recorded.event:
        case FactsStated() as event if event.facts is not None:
            row = {
                "talent_id": event.talent_id,
                "facts_version": recorded.version,
                "facts": plain(facts_read(event.facts)),
            }
            yield Newest(profile_table, row)
        case None if talent_id := forgotten(recorded):
            yield Drop(profile_table, {"talent_id": talent_id})
        case _:
            return


PROPOSAL = Projection(name="proposal", tables=proposal_tables, project=project_proposal)
SHORTLIST = Projection(name="shortlist", tables=shortlist_tables, project=project_shortlist)
PROFILE = Projection(
    name="profile",
    tables=profile_tables,
    project=project_profile,
    topics=(TALENT_FACTS,),
    newest_wins=(TALENT_FACTS,),
)
