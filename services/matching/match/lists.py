"""The lists as they stand on record: what is the same is not recorded again."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import uuid5

from events.catalog.match import RankedDemand
from events.sourcing.decider import Decider
from events.sourcing.kernel import Kernel
from events.sourcing.side_by_side import every
from events.sourcing.types import Context
from services.matching.match.domain import (
    ProposeMatches,
    ReviseShortlist,
    WithdrawMatches,
    proposal,
    ranking,
    shortlist,
)
from services.matching.match.pool import Pool, Ranking
from services.matching.scoring import SCORING_VERSION

AT_ONCE = 64


class Lists:
    """Remembers the last recorded list of each talent and each demand, and records new ones."""

    def __init__(self, kernel: Kernel, pool: Pool) -> None:
        self._kernel = kernel
        self._pool = pool
        self._several = asyncio.Semaphore(AT_ONCE)
        self.proposed: dict[str, Ranking] = {}
        self.listed: dict[str, tuple[str, ...]] = {}

    def remember_proposal(self, talent_id: str, demands: tuple[RankedDemand, ...]) -> None:
        """This is on record."""
        self.proposed[talent_id] = ranking(demands)

    async def propose(self, talent_ids: Iterable[str], context: Context) -> None:
        """Record the lists of those talents whose list is another than before."""
        await every(
            self._propose(talent_id, context)
            for talent_id in talent_ids
            if self._pool.ranking(talent_id) != self.proposed.get(talent_id, ())
        )

    async def shorten(self, demand_ids: Iterable[str], context: Context) -> None:
        """Record the lists of those demands whose list is another than before."""
        await every(
            self._shorten(demand_id, context)
            for demand_id in demand_ids
            if self._pool.shortlist(demand_id) != self.listed.get(demand_id, ())
        )

    async def withdraw(self, talent_id: str, context: Context) -> None:
        """Nothing is proposed to this talent any more."""
        command = WithdrawMatches(
            talent_id=talent_id, reason="talent-forgotten", at=self._kernel.clock()
        )
        await self._record(proposal, f"match-{talent_id}", command, context)
        self.proposed.pop(talent_id, None)

    async def _propose(self, talent_id: str, context: Context) -> None:
        demands = self._pool.best(talent_id)
        command = ProposeMatches(
            talent_id=talent_id,
            demands=demands,
            facts_version=self._pool.version_of(talent_id),
            scoring_version=SCORING_VERSION,
            valid_at=self._pool.valid_at,
            at=self._kernel.clock(),
        )
        if await self._record(proposal, f"match-{talent_id}", command, context):
            self.remember_proposal(talent_id, demands)

    async def _shorten(self, demand_id: str, context: Context) -> None:
        command = ReviseShortlist(
            demand_id=demand_id,
            talent_ids=self._pool.shortlist(demand_id),
            scoring_version=SCORING_VERSION,
            at=self._kernel.clock(),
        )
        if await self._record(shortlist, f"match-demand-{demand_id}", command, context):
            self.listed[demand_id] = command.talent_ids

    async def _record(
        self, decider: Decider[Any, Any, Any], stream: str, command: object, context: Context
    ) -> bool:
        """Whether this list is on record now; a repeated command may have meant another one."""
        command_id = uuid5(context.command_id, stream)
        own = replace(
            context, command_id=command_id, idempotency_key=str(command_id), target=stream
        )
        async with self._several:
            receipt = await self._kernel.handle(decider, stream, command, own)
        return not receipt.repeated
