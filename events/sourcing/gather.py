"""Requests that wait for each other share one trip to the database."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from events.sourcing.transient import surely

Q = TypeVar("Q")
A = TypeVar("A")

Waiting: TypeAlias = deque[tuple[Q, asyncio.Future[A]]]
Turn: TypeAlias = list[tuple[Q, asyncio.Future[A]]]


class Gatherer(Generic[Q, A]):
    """Answers what is asked while it is busy in one next turn; one turn at a time.

    A turn whose connection was lost is taken again, so `answer` must bear being asked twice.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Q]], Awaitable[Sequence[A | Exception]]],
        *,
        next_turn: "Callable[[Waiting[Q, A]], Turn[Q, A]] | None" = None,
    ) -> None:
        self._answer = answer
        self._next_turn = next_turn or everybody
        self._waiting: Waiting[Q, A] = deque()
        self._draining: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    async def ask(self, question: Q) -> A:
        """Wait for the answer; raises what the answer is, if it is an exception."""
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        while self._waiting:
            turn = self._next_turn(self._waiting)
            questions = [question for question, _ in turn]
            try:
                answers = await surely(partial(self._answer, questions))
                if len(answers) != len(turn):
                    answers = [RuntimeError("an answer is missing")] * len(turn)
            except Exception as failure:  # noqa: BLE001 - those who wait are told, whatever it is
                answers = [failure] * len(turn)
            for (_, future), answer in zip(turn, answers, strict=True):
                _settle(future, answer)


def everybody(waiting: "Waiting[Q, A]") -> "Turn[Q, A]":
    """All who wait go together."""
    turn = list(waiting)
    waiting.clear()
    return turn


def _settle(future: "asyncio.Future[A]", answer: A | Exception) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
