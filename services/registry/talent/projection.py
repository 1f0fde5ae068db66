"""What is known about each talent, and the list of all of them, kept as tables."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
)

from events.catalog.talent import FactsStated, TalentErased, TalentRegistered, TierConferred
from events.sourcing.projector import Projection
from events.sourcing.statements import Drop, First, Patch, Statement
from events.sourcing.types import Recorded
from services.registry.identity.numbers import is_invented, masked
from services.registry.talent.rows import as_text

profile_tables = MetaData()

profile = Table(
    "profile",
    profile_tables,
    Column("talent_id", Text, primary_key=True),
    Column("full_name", Text),
    Column("identity_kind", Text),
    Column("identity_masked", Text),
    Column("invented", Boolean, nullable=False),
    Column("registered_at", DateTime(timezone=True), nullable=False),
    Column("facts", Text, nullable=False),
    Column("version", Integer, nullable=False),
    comment="Each talent's file: the whole fact list, closed statements included.",
)

tier = Table(
    "tier",
    profile_tables,
    Column("talent_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("programme", Text),
    Column("tier", Text),
    Column("conferred_by", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("document", Text),
    Column("conferred_at", DateTime(timezone=True), nullable=False),
    comment="Each tier that was conferred, with who conferred it and for which term.",
)

directory_tables = MetaData()

directory = Table(
    "directory",
    directory_tables,
    Column("position", BigInteger, primary_key=True),
    Column("talent_id", Text, nullable=False, unique=True),
    Column("full_name", Text),
    Column("invented", Boolean, nullable=False),
    comment="Every talent in the order of registration, for the registry's own staff.",
)


def project_profile(recorded: Recorded[Any]) -> Iterable[Statement]:
    """Statements for `profile` and `tier`."""
    match recorded.event:
        case TalentRegistered() as e:
            yield _opened(e, recorded.version)
        case FactsStated() as e:
            stated = {"facts": as_text(e.facts or ()), "version": recorded.version}
            yield Patch(profile, {"talent_id": e.talent_id}, stated)
        case TierConferred() as e:
            yield _conferred(e, recorded.version)
        case TalentErased() as e:
            yield Drop(profile, {"talent_id": e.talent_id})
            yield delete(tier).where(tier.c.talent_id == e.talent_id)
        case _:
            return


def _opened(event: TalentRegistered, version: int) -> First:
    opened: dict[str, object] = {
        "talent_id": event.talent_id,
        "full_name": event.full_name,
        "identity_kind": event.identity_kind,
        "identity_masked": masked(event.identity_number) if event.identity_number else None,
        "invented": is_invented(event.identity_number or ""),
        "registered_at": event.registered_at,
        "facts": as_text(()),
        "version": version,
    }
    return First(profile, opened)


def _conferred(event: TierConferred, version: int) -> First:
    conferred = {
        "talent_id": event.talent_id,
        "version": version,
        "programme": event.programme,
        "tier": event.tier,
        "conferred_by": event.conferred_by,
        "valid_from": event.valid_from,
        "valid_to": event.valid_to,
        "document": event.document,
        "conferred_at": event.conferred_at,
    }
    return First(tier, conferred)


def project_directory(recorded: Recorded[Any]) -> Iterable[Statement]:
    """Statements for `directory`."""
    match recorded.event:
        case TalentRegistered() as e:
            row = {
                "position": recorded.position,
                "talent_id": e.talent_id,
                "full_name": e.full_name,
                "invented": is_invented(e.identity_number or ""),
            }
            yield First(directory, row)
        case TalentErased() as e:
            yield delete(directory).where(directory.c.talent_id == e.talent_id)
        case _:
            return


PROFILE = Projection(name="profile", tables=profile_tables, project=project_profile)
DIRECTORY = Projection(name="directory", tables=directory_tables, project=project_directory)
