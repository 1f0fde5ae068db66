"""The newest fact list of each talent, and beside it the answer that stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, Text, any_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.direct import at_once
from events.sourcing.gather import Gatherer
from services.policy.entitlements.fact_list import kept
from services.policy.entitlements.process import AssessTalent
from services.policy.entitlements.projection import entitlement as standing_answer
from services.policy.entitlements.projection import talent_fact_list

_TALENT = talent_fact_list.c.talent_id
# Asked for every assessment, so it is put together once; one text for however many ask.
LISTS_AND_ANSWERS = (
    select(
        _TALENT,
        talent_fact_list.c.facts_version,
        talent_fact_list.c.facts,
        talent_fact_list.c.recorded_at,
        standing_answer.c.outcome_digest,
    )
    .outerjoin(standing_answer, standing_answer.c.talent_id == _TALENT)
    .where(any_(bindparam("talents", type_=ARRAY(Text))) == _TALENT)
)
_TALENTS = (
    select(_TALENT).where(bindparam("after") < _TALENT).order_by(_TALENT).limit(bindparam("most"))
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
        rows = await at_once(self._reading, _TALENTS, {"after": after, "most": most})
        return [talent_id for (talent_id,) in rows]

    async def _read(self, talents: Sequence[str]) -> list[Stated | None]:
        rows = await at_once(self._reading, LISTS_AND_ANSWERS, {"talents": talents})
        found = {talent_id: _stated(*stated) for talent_id, *stated in rows}
        return [found.get(talent_id) for talent_id in talents]


def _stated(
    facts_version: int, facts: str, recorded_at: datetime, outcome_digest: str | None
) -> Stated:
    return Stated(
        facts_version=facts_version,
        facts=facts,
        recorded_at=recorded_at,
        outcome_digest=outcome_digest,
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
