"""What is asked of a policy file before it is published, and held until it is recorded."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias

from fastapi import HTTPException
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import legal_day
from events.sourcing.kernel import Kernel
from events.sourcing.waiting import until_position
from services.policy.policies import agreement
from services.policy.policies.projection import policy_row
from services.policy.policies.views import Views
from services.policy.rules import Policy, Published, Vocabulary
from services.policy.rules.circles_in_force import refuse_new_circles
from services.policy.rules.reader import Cursor
from services.policy.rules.view import in_force
from services.policy.rules.yaml_file import read_yaml

PUBLICATIONS_LOCK = 7101
WAIT_SECONDS = 10.0

Turn: TypeAlias = Callable[[AsyncEngine], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A document as it came, and as it was read."""

    document: str
    file: str
    read: Policy


@asynccontextmanager
async def one_at_a_time(engine: AsyncEngine) -> AsyncIterator[None]:
    """Of all processes of the service one publishes: what it compares with does not change."""
    async with engine.begin() as connection:
        await connection.execute(select(func.pg_advisory_xact_lock(PUBLICATIONS_LOCK)))
        yield


class Examiner:
    """Refuses what cannot stand, alone or beside what others have published."""

    def __init__(
        self, kernel: Kernel, views: Views, vocabulary: Vocabulary, turn: Turn = one_at_a_time
    ) -> None:
        self._kernel = kernel
        self._views = views
        self._vocabulary = vocabulary
        self._superiors = vocabulary.superiors()
        self._turn = turn
        # One connection waits for the other processes, however many publish here.
        self._here = asyncio.Lock()

    @asynccontextmanager
    async def examined(self, given: Given, now: datetime) -> AsyncIterator[None]:
        """Raises `Refused` or `FormatError`; nobody else publishes until it is left."""
        judging = partial(agreement.must_agree, given.read, legal_day(now), self._vocabulary)
        await self._kernel.ground.aside(judging)
        async with self._here, self._turn(self._kernel.engine):
            await self._seen_by_all()
            await self._no_new_circle(given, now)
            await self._agrees_beside_others(given, now)
            yield

    async def _seen_by_all(self) -> None:
        """What was published before is in the read model."""
        last = await self._kernel.journal.last_position()
        try:
            await until_position(self._kernel, policy_row.name, last, seconds=WAIT_SECONDS)
        except TimeoutError as failure:
            said = "what others published is still being read; ask again"
            raise HTTPException(503, said, headers={"Retry-After": "5"}) from failure

    async def _no_new_circle(self, given: Given, now: datetime) -> None:
        document = read_yaml(given.document, given.file)
        refuse_new_circles(
            Cursor(document, (), document.root),
            await self._views.rows(),
            Published(row_id=given.file, policy=given.read, recorded_at=now),
            self._superiors,
        )

    async def _agrees_beside_others(self, given: Given, now: datetime) -> None:
        """Also what is chosen from it and from what others have in force."""
        view, day = (await self._views.current(now)).view, legal_day(now)
        others = [each.policy for each in in_force(view)]
        judging = partial(agreement.must_agree_beside, given.read, others, day)
        await self._kernel.ground.aside(judging)
