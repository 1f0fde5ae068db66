"""What is asked at the same time is answered together, as in one trip to the database."""

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
NextTurn: TypeAlias = Callable[[Waiting[Q, A], int, Sequence[Sequence[Q]]], Turn[Q, A]]
"""Takes those who go next out of those who wait: at most so many, while these are under way."""


class Gatherer(Generic[Q, A]):
    """Answers what is asked while it is busy in one next turn.

    It takes one turn at a time, and a second one meanwhile only where as many as a `crowd` wait.
    A turn whose connection was lost is taken again, so `answer` must bear being asked twice.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Q]], Awaitable[Sequence[A | Exception]]],
        *,
        next_turn: "NextTurn[Q, A] | None" = None,
        crowd: int | None = None,
    ) -> None:
        self._answer = answer
        self._next_turn = next_turn or the_first
        self._crowd = crowd
        self._waiting: Waiting[Q, A] = deque()
        self._under_way: list[Sequence[Q]] = []
        self._drains: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def ask(self, question: Q) -> "asyncio.Future[A]":
        """The answer, to be waited for; it is raised if it is an exception."""
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        self._call_enough()
        return future

    def _call_enough(self) -> None:
        # Looked at for everybody who asks: nearly always the one that drains is enough.
        if self._drains and not self._drains[0].done() and not self._is_crowded:
            return
        self._drains = [drain for drain in self._drains if not drain.done()]
        while len(self._drains) < (2 if self._is_crowded else 1):
            self._drains.append(asyncio.create_task(self._drain()))

    @property
    def _is_crowded(self) -> bool:
        return self._crowd is not None and len(self._waiting) >= self._crowd

    async def _drain(self) -> None:
        while turn := self._turn():
            questions = [question for question, _ in turn]
            self._under_way.append(questions)
            answers = await self._answers(questions)
            self._under_way = [other for other in self._under_way if other is not questions]
            for (_, future), answer in zip(turn, answers, strict=True):
                _settle(future, answer)

    def _turn(self) -> "Turn[Q, A]":
        # Before it is taken: what is left of a crowd is nothing to call anybody for.
        self._call_enough()
        return self._next_turn(self._waiting, self._share(), self._under_way)

    def _share(self) -> int:
        """How many go with the next turn: of a crowd half, as another turn can take the rest."""
        waiting = len(self._waiting)
        return (waiting + 1) // 2 if self._is_crowded and not self._under_way else waiting

    async def _answers(self, questions: Sequence[Q]) -> Sequence[A | Exception]:
        try:
            answers = await surely(partial(self._answer, questions))
        except Exception as failure:  # noqa: BLE001 - those who wait are told, whatever it is
            return [failure] * len(questions)
        if len(answers) != len(questions):
            return [RuntimeError("an answer is missing")] * len(questions)
        return answers


def the_first(waiting: "Waiting[Q, A]", most: int, _: Sequence[Sequence[Q]]) -> "Turn[Q, A]":
    """Those who have waited longest go together, without those who wait no more."""
    turn: Turn[Q, A] = []
    while waiting and len(turn) < most:
        one = waiting.popleft()
        if not one[1].done():
            turn.append(one)
    return turn


def _settle(future: "asyncio.Future[A]", answer: A | Exception) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
