"""Carries rematching out: waits for what is known, matches again, records what changed."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, assert_never

from sqlalchemy import delete, select

from events.catalog.demand import DemandRaised
from events.catalog.match import MatchProposed
from events.catalog.talent import Fact
from events.sourcing.clock import legal_day
from events.sourcing.duty import Duty
from events.sourcing.erasure import Eraser
from events.sourcing.forgetting import ForgetPerson
from events.sourcing.kernel import Kernel
from events.sourcing.process import keep
from events.sourcing.purging import purging
from events.sourcing.side_by_side import every
from events.sourcing.statements import execute
from events.sourcing.types import Context, OnDuty, Recorded, follow
from events.sourcing.waiting import until_position, until_version
from services.matching.demand.projection import OPEN, demand_table
from services.matching.demand.rows import read_demand
from services.matching.match.lists import Lists
from services.matching.match.pool import Pool
from services.matching.match.process import (
    TALENT_REMATCH,
    ForgetTalent,
    RematchDemand,
    Rematching,
    RematchTalent,
    TurnDay,
    next_day,
    react_to_facts,
)
from services.matching.match.projection import profile_table, proposal_table, shortlist_table
from services.matching.match.topics import TALENT_FACTS
from services.matching.scoring.scales import Scales
from services.matching.shapes import shaped

PATIENCE_SECONDS = 20.0


class Matchmaker:
    """One for the whole service: all matches are decided here, one change at a time.

    It never runs ahead of the read models it starts from, so what it had matched before a crash
    it finds again. Two of these at once would each see a part of the talents: it has a duty, and
    begins anew from the read models whenever its turn comes.
    """

    def __init__(self, kernel: Kernel, scales: Scales, duty: Duty) -> None:
        self._kernel = kernel
        self._scales = scales
        self._duty = duty
        self._begin_anew()
        self._eraser = Eraser(kernel, whole_states=(TALENT_FACTS,))
        self._heard: dict[str, tuple[RematchTalent, Context]] = {}
        self._turn = asyncio.Lock()
        self._loaded_in: OnDuty | None = None

    def _begin_anew(self) -> None:
        """Know nobody; what others have recorded meanwhile is to be read."""
        self._pool = Pool(self._scales, valid_at=legal_day(self._kernel.clock()))
        self._lists = Lists(self._kernel, self._pool)

    def hear_facts(self, done: Sequence[Recorded[Any]]) -> None:
        """Note whose facts were just projected, to match many of them together.

        Each comes again by way of the process, which remembers; then nothing is left to do.
        """
        if self._duty.turn is None:
            return
        for recorded in done:
            for command in react_to_facts(recorded):
                if isinstance(command, RematchTalent):
                    context = follow(
                        recorded,
                        service=self._kernel.service,
                        reader=TALENT_REMATCH.name,
                        ordinal=0,
                    )
                    self._heard[command.talent_id] = (command, context)

    async def dispatch(self, command: Rematching | ForgetPerson, context: Context) -> None:
        """Carry one of the processes' commands out."""
        match command:
            case ForgetTalent():
                await self._await_read_models(command)
                await self._forget(command.talent_id, command.facts_version, context)
            case ForgetPerson():
                # A tombstone goes from its topic in time, so nobody may wait for it here.
                await self._forget(command.talent_id, command.version, context)
            case _:
                await self._await_read_models(command)
                async with self._turn:
                    await self._ready(context.on_duty)
                    await self._rematch(command, context)

    async def _rematch(
        self, command: RematchTalent | RematchDemand | TurnDay, context: Context
    ) -> None:
        match command:
            case RematchTalent():
                await self._rematch_talent(command, context)
            case RematchDemand():
                await self._rematch_demand(command, context)
            case TurnDay():
                await self._rematch_everybody(context)
            case _:
                assert_never(command)

    async def _rematch_talent(self, command: RematchTalent, context: Context) -> None:
        """The talent's own list and those of the demands it stands or stood on; with it, all heard.

        What goes wrong with another talent is not this one's matter: their own turn comes.
        """
        own = self._learn(command, context)
        others = [self._learn(*heard) for heard in self._heard.values()]
        self._heard.clear()
        await asyncio.gather(
            *(self._lists.propose(*other) for other in others), return_exceptions=True
        )
        await self._lists.propose(*own)
        causes = {d: why for ids, why in (*others, own) for t in ids for d in self._lists_of(t)}
        await every(self._lists.shorten([d], why) for d, why in causes.items())

    def _learn(self, command: RematchTalent, context: Context) -> tuple[list[str], Context]:
        """Whose matches change by this, and why; nobody's where newer facts are on their way."""
        talent_id, version = command.talent_id, command.facts_version
        newest = self._pool.learn(talent_id, command.facts, version=version)
        return ([talent_id] if newest else []), context

    async def _forget(self, talent_id: str, version: int, context: Context) -> None:
        """Withdraw what was proposed, leave every list, and lose the key to the past."""
        await self._eraser.forget(talent_id, partial(self._let_go, talent_id, version, context))

    async def _let_go(self, talent_id: str, version: int, context: Context) -> None:
        async with self._turn:
            await self._ready(context.on_duty)
            lists = self._lists_of(talent_id)
            self._pool.forget(talent_id, version=version)
            await self._lists.shorten(lists, context)
            await self._lists.withdraw(talent_id, context)
        async with purging(self._kernel) as connection:
            for table in (profile_table, proposal_table):
                await connection.execute(delete(table).where(table.c.talent_id == talent_id))

    async def _rematch_demand(self, command: RematchDemand, context: Context) -> None:
        """The demand's own list, and those of the talents it suits or suited."""
        demand_id = command.demand_id
        await self._follow_demand(demand_id)
        proposed = self._lists.proposed
        then = {t for t, ranking in proposed.items() if any(demand_id == r[0] for r in ranking)}
        now = self._pool.suited(demand_id, proposed)
        await self._lists.propose(sorted(then | now), context)
        await self._lists.shorten([demand_id], context)

    async def _follow_demand(self, demand_id: str) -> None:
        """Keep in step with a demand, as it stands now."""
        row = await read_demand(self._kernel.reading, demand_id)
        if row is not None and row.state == OPEN:
            self._pool.open(shaped(row.raised, DemandRaised))
        else:
            self._pool.close(demand_id)

    async def _rematch_everybody(self, context: Context) -> None:
        await self._lists.propose(self._pool.everybody(), context)
        await self._lists.shorten(self._pool.all_demands(), context)
        async with self._kernel.engine.begin() as connection:
            await execute(connection, keep(next_day(self._pool.valid_at), context))

    def _lists_of(self, talent_id: str) -> list[str]:
        """The demands on whose lists a talent stands now, or stood when they were recorded."""
        then = {demand for demand, listed in self._lists.listed.items() if talent_id in listed}
        return sorted(then | self._pool.lists_with(talent_id))

    async def _await_read_models(self, command: Rematching) -> None:
        match command:
            case RematchTalent() | ForgetTalent():
                await until_version(
                    self._kernel,
                    profile_table.name,
                    command.stream,
                    command.facts_version,
                    seconds=PATIENCE_SECONDS,
                )
            case RematchDemand():
                await self._reached("demand", command.position)
            case TurnDay():
                return
            case _:
                assert_never(command)

    async def _reached(self, name: str, position: int) -> None:
        await until_position(self._kernel, name, position, seconds=PATIENCE_SECONDS)

    async def _ready(self, turn: OnDuty | None) -> None:
        """Before the first match of a turn read what is known; then facts as they hold today."""
        if turn is None:
            raise TypeError("whoever matches is on duty")
        if self._loaded_in != turn:
            self._loaded_in = None
            self._begin_anew()
            await self._load()
            self._loaded_in = turn
        self._pool.turn_to(legal_day(self._kernel.clock()))

    async def _load(self) -> None:
        last = await self._kernel.journal.last_position()
        for name in ("demand", "proposal", "shortlist"):
            await self._reached(name, last)
        async with self._kernel.reading.connect() as connection:
            opened = select(demand_table.c.raised).where(demand_table.c.state == OPEN)
            for raised in await connection.scalars(opened):
                self._pool.open(shaped(raised, DemandRaised))
            for row in await connection.execute(select(profile_table)):
                facts = shaped(row.facts, tuple[Fact, ...])
                self._pool.learn(row.talent_id, facts, version=row.facts_version)
            for row in await connection.execute(select(proposal_table)):
                proposed = shaped(row.proposed, MatchProposed)
                self._lists.remember_proposal(row.talent_id, proposed.demands or ())
            for row in await connection.execute(select(shortlist_table)):
                self._lists.listed[row.demand_id] = tuple(row.talent_ids)
