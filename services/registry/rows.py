"""The statements that read talents' files back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.registry.talent.projection import directory, profile, tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which talents of the list, behind which place, how many."""

    name: str | None
    beyond: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page, how many there are in all, and where the next page begins, if there is one."""

    rows: Sequence[Row[Any]]
    total: int
    end: int | None


async def read_file(
    engine: AsyncEngine, talent_id: str
) -> tuple[Row[Any], Sequence[Row[Any]]] | None:
    """A talent's file and the tiers conferred on them, from one moment."""
    conferred = select(tier).where(tier.c.talent_id == talent_id).order_by(tier.c.version)
    async with engine.connect() as connection:
        found = await connection.execute(select(profile).where(profile.c.talent_id == talent_id))
        row = found.first()
        tiers = (await connection.execute(conferred)).all()
    return None if row is None else (row, tiers)


async def read_directory(engine: AsyncEngine, wanted: Wanted) -> Found:
    """The list in the order of registration."""
    found = _named(wanted.name)
    behind = found.where(directory.c.position > wanted.beyond)
    page = behind.order_by(directory.c.position).limit(wanted.limit)
    async with engine.connect() as connection:
        total = await connection.scalar(select(func.count()).select_from(found.subquery()))
        rows = (await connection.execute(page)).all()
    end = rows[-1].position if len(rows) == wanted.limit else None
    return Found(rows=rows, total=total or 0, end=end)


def _named(name: str | None) -> Select[Any]:
    found = select(directory)
    return found.where(directory.c.full_name.contains(name, autoescape=True)) if name else found
