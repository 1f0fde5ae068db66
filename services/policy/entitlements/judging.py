"""Judges beside the loop: what is asked at the same time goes to another process together.

To judge somebody takes milliseconds of Python, in which the loop could do nothing else.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from uuid import uuid4

from events.sourcing.gather import Gatherer
from events.sourcing.ground import Apart
from events.sourcing.types import Relieved
from services.policy.dictionaries.dictionary import Dictionary
from services.policy.entitlements import chamber
from services.policy.entitlements.chamber import Basis, Found, Question
from services.policy.policies.views import Consolidated
from services.policy.rules import Vocabulary


class Judging:
    """Tells the process apart what to judge by, once and again where it was lost."""

    def __init__(self, apart: Apart, vocabulary: Vocabulary) -> None:
        self._apart = apart
        self._vocabulary = vocabulary
        self._seen: Consolidated | None = None
        self._dictionary: Dictionary | None = None
        self._asking: Gatherer[Question, Found] | None = None
        self._turn = asyncio.Lock()
        self._round = 0

    async def found(
        self, question: Question, seen: Consolidated, dictionary: Dictionary | None
    ) -> Found:
        """What `assess` finds by this view; its receipt is written behind the dictionary."""
        return await self._asked_by(seen, dictionary).ask(question)

    async def forget(self, whose: str) -> None:
        """Remember of nobody what was found for them last; what is under way is waited for."""
        async with self._turn:
            # Who was asked nothing has nothing to forget, and who is lost has forgotten.
            if self._asking is not None:
                with suppress(ConnectionError, TimeoutError):
                    await self._apart(partial(chamber.forget, whose))

    async def forget_everybody(self) -> None:
        """Keep nothing of anybody there: what still waits is not asked any more."""
        self._round += 1
        self._asking = None
        async with self._turn:
            await self._apart.end()

    def _asked_by(
        self, seen: Consolidated, dictionary: Dictionary | None
    ) -> Gatherer[Question, Found]:
        asking = self._asking
        if asking is None or dictionary is not self._dictionary or not _alike(seen, self._seen):
            basis = Basis(
                key=uuid4(),
                seen=replace(seen, view=seen.view.bare()),
                vocabulary=self._vocabulary,
                behind=None if dictionary is None else dictionary.text,
            )
            self._asking = asking = Gatherer(partial(self._together, self._round, basis))
            self._seen, self._dictionary = seen, dictionary
        return asking

    async def _together(
        self, begun: int, basis: Basis, questions: Sequence[Question]
    ) -> Sequence[Found | Exception]:
        async with self._turn:
            if begun != self._round:
                raise Relieved("judging")
            found = await self._apart(partial(chamber.found, basis.key, questions))
            if found is None:
                found = await self._apart(partial(chamber.learned, basis, questions))
            return found


def _alike(seen: Consolidated, before: Consolidated | None) -> bool:
    """Whether both are one view, known at whatever moment.

    By the entries alone those of no policies would be one, whatever the day or what was unreadable.
    """
    return (
        before is not None
        and seen.view.entries is before.view.entries
        and (seen.position, seen.view.valid_at) == (before.position, before.view.valid_at)
    )
