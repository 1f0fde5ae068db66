"""Judges beside the loop: what is asked at the same time goes to another process together.

To judge somebody takes milliseconds of Python, in which the loop could do nothing else.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from uuid import uuid4

from events.sourcing.gather import Gatherer
from events.sourcing.ground import Apart
from services.policy.dictionaries.dictionary import Dictionary
from services.policy.entitlements import chamber
from services.policy.entitlements.chamber import Basis, Found, Question
from services.policy.policies.views import Consolidated
from services.policy.rules import Vocabulary
from services.policy.rules.view import ViewEntry


class Judging:
    """Tells the process apart what to judge by, once and again where it was lost."""

    def __init__(self, apart: Apart, vocabulary: Vocabulary) -> None:
        self._apart = apart
        self._vocabulary = vocabulary
        self._entries: tuple[ViewEntry, ...] = ()
        self._dictionary: Dictionary | None = None
        self._asking: Gatherer[Question, Found] | None = None

    async def found(
        self, question: Question, seen: Consolidated, dictionary: Dictionary | None
    ) -> Found:
        """What `assess` finds by this view; its receipt is written behind the dictionary."""
        return await self._asked_by(seen, dictionary).ask(question)

    async def forget(self, whose: str) -> None:
        """Remember of nobody what was found for them last."""
        await self._if_any(partial(chamber.forget, whose))

    async def forget_everybody(self) -> None:
        """The same of all."""
        await self._if_any(chamber.forget_everybody)

    def _asked_by(
        self, seen: Consolidated, dictionary: Dictionary | None
    ) -> Gatherer[Question, Found]:
        entries, asking = seen.view.entries, self._asking
        if asking is None or entries is not self._entries or dictionary is not self._dictionary:
            basis = Basis(
                key=uuid4(),
                seen=replace(seen, view=seen.view.bare()),
                vocabulary=self._vocabulary,
                behind=None if dictionary is None else dictionary.text,
            )
            self._asking = asking = Gatherer(partial(self._together, basis))
            self._entries, self._dictionary = entries, dictionary
        return asking

    async def _together(
        self, basis: Basis, questions: Sequence[Question]
    ) -> Sequence[Found | Exception]:
        found = await self._apart(partial(chamber.found, basis.key, questions))
        if found is None:
            found = await self._apart(partial(chamber.learned, basis, questions))
        return found

    async def _if_any(self, forget: Callable[[], None]) -> None:
        """Whoever was asked nothing has nothing to forget, and whoever is lost has forgotten."""
        if self._asking is not None:
            with suppress(ConnectionError):
                await self._apart(forget)
