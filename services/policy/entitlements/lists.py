"""The newest fact list of each talent, and beside it the answer that stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.gather import Gatherer
from services.policy.entitlements.fact_list import kept
from services.policy.entitlements.process import AssessTalent
from services.policy.entitlements.projection import entitlement as standing_answer
from services.policy.entitlements.projection import talent_fact_list

_TALENT = talent_fact_list.c.talent_id
# Asked for every assessment, so it is put together once.
LISTS_AND_ANSWERS = (
    select(talent_fact_list, standing_answer.c.outcome_digest)
    .outerjoin(standing_answer, standing_answer.c.talent_id == _TALENT)
    .where(_TALENT.in_(bindparam("talents", expanding=True)))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A fact list, and the digest of the answer that stands beside it, if one does."""

    facts_version: int
    facts: str
    recorded_at: datetime
    outcome_digest: str | None


class Lists:
    """Reads the lists of those who wait in one query."""

    def __init__(self, reading: AsyncEngine) -> None:
        self._reading = reading
        self._asking: Gatherer[str, Stated | None] = Gatherer(self._read)

    async def of(self, talent_id: str) -> Stated | None:
        """As it stands at some moment after this was asked."""
        return await self._asking.ask(talent_id)

    async def talents(self, *, after: str, most: int) -> list[str]:
        """Whose lists are known, in the order of their ids."""
        query = (
            select(_TALENT)
            .where(talent_fact_list.c.talent_id > after)
            .order_by(_TALENT)
            .limit(most)
        )
        async with self._reading.connect() as connection:
            return list(await connection.scalars(query))

    async def _read(self, talents: Sequence[str]) -> list[Stated | None]:
        async with self._reading.connect() as connection:
            rows = await connection.execute(LISTS_AND_ANSWERS, {"talents": list(talents)})
            found = {row.talent_id: _stated(row) for row in rows}
        return [found.get(talent_id) for talent_id in talents]


def _stated(row: Row[Any]) -> Stated:
    return Stated(
        facts_version=row.facts_version,
        facts=row.facts,
        recorded_at=row.recorded_at,
        outcome_digest=row.outcome_digest,
    )


def newest(known: Stated | None, said: AssessTalent) -> Stated:
    """The list that is kept, unless one that was said just now is newer."""
    new = said.facts_version, said.recorded_at
    if known is not None and (known.facts_version, known.recorded_at) >= new:
        return known
    return Stated(
        facts_version=said.facts_version,
        facts=kept(said.facts),
        recorded_at=said.recorded_at,
        outcome_digest=None if known is None else known.outcome_digest,
    )
