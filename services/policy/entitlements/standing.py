"""Carries out the standing evaluation: reads what is current, judges it, records what changed."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from uuid import uuid5
from weakref import WeakValueDictionary

from sqlalchemy import delete

from events.catalog.entitlement import EntitlementAssessed
from events.sourcing.erasure import Eraser
from events.sourcing.kernel import Kernel
from events.sourcing.process import keep
from events.sourcing.purging import purging
from events.sourcing.side_by_side import every
from events.sourcing.statements import execute
from events.sourcing.transient import is_transient
from events.sourcing.types import Context, Later
from events.sourcing.waiting import until_position, until_version
from services.policy.dictionaries.kept import Dictionaries
from services.policy.entitlements.assess import assess, canonical, receipt_of
from services.policy.entitlements.chamber import Question
from services.policy.entitlements.domain import (
    RecordAssessment,
    WithdrawEntitlement,
    entitlement,
    stream_of,
)
from services.policy.entitlements.judging import Judging
from services.policy.entitlements.lists import Lists, Stated, newest
from services.policy.entitlements.process import (
    TALENT_FACTS,
    AssessEveryone,
    AssessTalent,
    next_legal_day,
)
from services.policy.entitlements.projection import entitlement as standing_answer
from services.policy.entitlements.projection import talent_fact_list
from services.policy.entitlements.receipt import Receipts
from services.policy.policies.projection import policy_row
from services.policy.policies.views import Consolidated, Views
from services.policy.rules import Vocabulary
from services.policy.rules.outcome import engine_version

CHUNK = 100
AT_ONCE = 4
WAIT_SECONDS = 10.0
REMEMBERED = 100_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an assessment rests on; equal inputs give an equal answer.

    `stated` is the version of the list and when it was recorded: a registry that was restored may
    give a version again.
    """

    stated: tuple[int, datetime]
    view_position: int
    valid_at: date


class StandingEvaluation:
    """Assesses one talent at a time, whoever asks, always by what is newest in that moment.

    Because the newest is read within the talent's turn, the last to assess is never behind. Turns
    are taken in this process; that no other one assesses is its duty.
    """

    def __init__(
        self, kernel: Kernel, views: Views, vocabulary: Vocabulary, dictionaries: Dictionaries
    ) -> None:
        self._kernel = kernel
        self._eraser = Eraser(kernel, whole_states=(TALENT_FACTS,))
        self._views = views
        self._vocabulary = vocabulary
        self._lists = Lists(kernel.reading)
        self._judging = Judging(kernel.ground.apart, vocabulary)
        self._receipts = Receipts(dictionaries, self._nobody)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._settled: dict[str, Inputs] = {}

    async def assess_stated(self, command: AssessTalent, context: Context) -> None:
        """Assess a talent by a list as it arrives, unless a newer one was assessed already.

        The read model need not have it yet, but has it when this returns: who reads it afterwards,
        in a round over everybody, must not come to an older list.
        """
        settled = self._settled.get(command.talent_id)
        if settled is not None and settled.stated >= (command.facts_version, command.recorded_at):
            return
        async with self._turn(command.talent_id):
            kept, seen = await self._at_hand(command.talent_id)
            await self._assess_by(command.talent_id, newest(kept, command), seen, context)
            await self._until_seen(command)
            if kept is None:
                # A round that began meanwhile did not find this talent.
                await self._assess_kept(command.talent_id, context)

    async def _until_seen(self, command: AssessTalent) -> None:
        try:
            await self.until_stated(command.stream, command.facts_version)
        except BaseException:
            # The list comes again, and is to be waited for again.
            self._settled.pop(command.talent_id, None)
            raise

    async def assess_talent(self, talent_id: str, context: Context) -> None:
        """Record a new answer where the outcome differs from the one that stands."""
        async with self._turn(talent_id):
            await self._assess_kept(talent_id, context)

    async def _assess_kept(self, talent_id: str, context: Context) -> None:
        facts, seen = await self._at_hand(talent_id)
        if facts is not None:
            await self._assess_by(talent_id, facts, seen, context)

    async def _at_hand(self, talent_id: str) -> tuple[Stated | None, Consolidated]:
        """The list that is kept and the view that is current, asked for side by side."""
        return await asyncio.gather(
            self._lists.of(talent_id), self._views.current(self._kernel.clock())
        )

    async def _assess_by(
        self, talent_id: str, facts: Stated, seen: Consolidated, context: Context
    ) -> None:
        if facts.recorded_at > seen.view.known_at:
            # By the clock of another machine, or because it came just now.
            seen = await self._views.current(facts.recorded_at)
        stated = facts.facts_version, facts.recorded_at
        inputs = Inputs(stated, seen.position, seen.view.valid_at)
        if self._settled.get(talent_id) != inputs:
            await self._assess(talent_id, facts, seen, context)
            self._remember(talent_id, inputs)

    async def assess_everyone(self, command: AssessEveryone, context: Context) -> None:
        """Assess the next talents, keep a timer for the rest: a crash costs one chunk at most."""
        # The view must hold what was recorded up to here.
        await until_position(self._kernel, policy_row.name, command.position, seconds=WAIT_SECONDS)
        talents = await self._lists.talents(after=command.after, most=CHUNK)
        waiting = asyncio.Semaphore(AT_ONCE)

        async def assess_one(talent_id: str) -> None:
            async with waiting:
                await self._assess_readable(talent_id, context)

        await every(assess_one(talent_id) for talent_id in talents)
        if len(talents) == CHUNK:
            rest = replace(command, after=talents[-1])
            name = f"assess-everyone/{command.position}/{rest.after}"
            await self._keep(Later(timer=name, due_at=self._kernel.clock(), command=rest), context)

    async def greet_legal_day(self, context: Context) -> None:
        """Begin a round, and set the timer of the day after."""
        await self._keep(next_legal_day(self._kernel.clock()), context)
        await self.assess_everyone(AssessEveryone(position=0), context)

    async def forget_everybody(self) -> None:
        """Keep nothing of anybody at hand: of who is erased from now on another process hears."""
        self._settled.clear()
        await self._judging.forget_everybody()

    async def forget_talent(self, talent_id: str, context: Context) -> None:
        """Withdraw the answer and destroy the talent's key: what was recorded cannot be read."""
        async with self._turn(talent_id):
            await self._eraser.forget(talent_id, partial(self._let_go, talent_id, context))

    async def _let_go(self, talent_id: str, context: Context) -> None:
        self._settled.pop(talent_id, None)
        await self._judging.forget(talent_id)
        command = WithdrawEntitlement(
            talent_id=talent_id, reason="talent-erased", at=self._kernel.clock()
        )
        await self._kernel.handle(entitlement, stream_of(talent_id), command, context)
        async with purging(self._kernel) as connection:
            # A tombstone goes from its topic in time; who was away longer finds only the erasure.
            for table in (talent_fact_list, standing_answer):
                await connection.execute(delete(table).where(table.c.talent_id == talent_id))

    async def until_stated(self, stream: str, version: int) -> None:
        """Return once the fact list is at least this new, or parked; raises `TimeoutError`."""
        name = talent_fact_list.name
        await until_version(self._kernel, name, stream, version, seconds=WAIT_SECONDS)

    async def _assess_readable(self, talent_id: str, context: Context) -> None:
        """One talent who cannot be assessed, for whatever reason, holds nobody else up.

        What passes by itself is raised: the round is repeated.
        """
        try:
            await self.assess_talent(talent_id, context)
        except Exception as failure:
            if is_transient(failure):
                raise
            matter, kind = context.correlation_id, type(failure).__name__
            _log.warning("somebody is left out of matter %s: %s", matter, kind)

    async def _assess(
        self, talent_id: str, facts: Stated, seen: Consolidated, context: Context
    ) -> None:
        asked = Question(
            whose=talent_id,
            facts=facts.facts,
            facts_version=facts.facts_version,
            known_at=seen.view.known_at,
            stands=facts.outcome_digest,
        )
        found = await self._judging.found(asked, seen, self._receipts.at_hand(seen))
        if found.digest == facts.outcome_digest == await self._last_digest(talent_id):
            return
        receipt = found.receipt or await self._receipt(asked, seen, context)
        command = RecordAssessment(
            talent_id=talent_id,
            view_version=seen.view.version,
            view_position=seen.position,
            facts_version=facts.facts_version,
            engine_version=engine_version(self._vocabulary),
            outcome_digest=found.digest,
            receipt=receipt,
            valid_at=seen.view.valid_at,
            at=self._kernel.clock(),
        )
        context = _for_talent(context, talent_id, command)
        await self._kernel.handle(entitlement, stream_of(talent_id), command, context)

    async def _receipt(self, asked: Question, seen: Consolidated, context: Context) -> str:
        """Where none came at once: there was nothing to write it behind, or seemingly no need."""
        behind = await self._receipts.behind(seen, context)
        found = await self._judging.found(replace(asked, stands=None), seen, behind)
        return found.receipt

    def _nobody(self, seen: Consolidated) -> bytes:
        """The whole answer to somebody who states nothing."""
        # Not by what is remembered of others: it is recorded in clear.
        found = assess(seen, (), facts_version=0, vocabulary=self._vocabulary)
        return canonical(receipt_of(found))

    async def _last_digest(self, talent_id: str) -> str | None:
        """Read from the journal: the read model might lag behind what was just recorded."""
        rows = await self._kernel.journal.read_last(stream_of(talent_id))
        events = [recorded.event for recorded in self._kernel.desk.glance(rows)]
        digests = [e.outcome_digest for e in events if isinstance(e, EntitlementAssessed)]
        return digests[-1] if digests else None

    async def _keep(self, later: Later, context: Context) -> None:
        # A timer's key names its timer and generation; kept as it is, it would grow each round.
        context = replace(context, idempotency_key=str(context.command_id))
        async with self._kernel.engine.begin() as connection:
            await execute(connection, keep(later, context))

    def _remember(self, talent_id: str, inputs: Inputs) -> None:
        if len(self._settled) >= REMEMBERED:
            self._settled.clear()
        self._settled[talent_id] = inputs

    @asynccontextmanager
    async def _turn(self, talent_id: str) -> AsyncIterator[None]:
        lock = self._turns.setdefault(talent_id, asyncio.Lock())
        async with lock:
            yield


def _for_talent(context: Context, talent_id: str, command: RecordAssessment) -> Context:
    """Asked again after a crash, the same answer is the same command and another is another."""
    said = (talent_id, command.facts_version, command.view_version, command.outcome_digest)
    command_id = uuid5(context.command_id, "/".join(map(str, said)))
    return replace(
        context,
        command_id=command_id,
        idempotency_key=str(command_id),
        target=stream_of(talent_id),
    )
