"""Who asks while an answer is under way is answered in the next turn, with all who wait."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import pytest

from events.sourcing.gather import Gatherer, Turn


class Desk:
    """Doubles what it is asked; remembers who came together and how many turns went at once."""

    def __init__(self) -> None:
        self.turns: list[list[int]] = []
        self.under_way: list[list[list[int]]] = []
        self.most = 0
        self._now = 0

    async def answer(self, asked: Sequence[int]) -> list[int]:
        self._now += 1
        self.turns.append(list(asked))
        self.most = max(self.most, self._now)
        for _ in range(5):
            await asyncio.sleep(0)
        self._now -= 1
        return [2 * one for one in asked]

    def one_by_one(
        self,
        waiting: deque[tuple[int, "asyncio.Future[int]"]],
        _: int,
        under_way: Sequence[Sequence[int]],
    ) -> Turn[int, int]:
        """However many wait, one goes."""
        self.under_way.append([list(turn) for turn in under_way])
        return [waiting.popleft()] if waiting else []


async def test_those_who_ask_before_a_turn_begins_are_answered_together() -> None:
    desk = Desk()
    gatherer: Gatherer[int, int] = Gatherer(desk.answer)
    assert await asyncio.gather(*map(gatherer.ask, [1, 2, 3])) == [2, 4, 6]
    assert (desk.turns, len(gatherer)) == ([[1, 2, 3]], 0)


async def test_those_who_ask_meanwhile_wait_for_the_next_turn() -> None:
    desk = Desk()
    gatherer: Gatherer[int, int] = Gatherer(desk.answer)
    first = gatherer.ask(1)
    await asyncio.sleep(0)
    later = [gatherer.ask(2), gatherer.ask(3)]
    assert len(gatherer) == 2
    assert await asyncio.gather(first, *later) == [2, 4, 6]
    assert (desk.turns, desk.most) == ([[1], [2, 3]], 1)


@pytest.mark.parametrize("crowd", [None, 4])
async def test_who_waits_no_more_is_not_asked_for_and_holds_up_nobody(crowd: int | None) -> None:
    desk = Desk()
    gatherer: Gatherer[int, int] = Gatherer(desk.answer, crowd=crowd)
    gone, stay = [gatherer.ask(1), gatherer.ask(2)], [gatherer.ask(3), gatherer.ask(4)]
    for one in gone:
        one.cancel()
    async with asyncio.timeout(5):
        assert await asyncio.gather(*stay) == [6, 8]
    assert desk.turns == [[3, 4]]


@pytest.mark.parametrize(("crowd", "at_once"), [(None, 1), (7, 1), (6, 2), (2, 2)])
async def test_two_turns_go_at_once_where_a_crowd_waits_and_never_three(
    crowd: int | None, at_once: int
) -> None:
    desk = Desk()
    gatherer: Gatherer[int, int] = Gatherer(desk.answer, next_turn=desk.one_by_one, crowd=crowd)
    assert await asyncio.gather(*map(gatherer.ask, range(6))) == [0, 2, 4, 6, 8, 10]
    assert (desk.turns, desk.most) == ([[n] for n in range(6)], at_once)


async def test_who_chooses_the_next_turn_is_told_what_is_under_way() -> None:
    desk = Desk()
    gatherer: Gatherer[int, int] = Gatherer(desk.answer, next_turn=desk.one_by_one, crowd=2)
    await asyncio.gather(*map(gatherer.ask, [1, 2]))
    assert desk.under_way[:2] == [[], [[1]]]
    assert desk.under_way[-1] == []


@pytest.mark.parametrize(
    ("asked", "turns"),
    [(3, [[0, 1, 2]]), (4, [[0, 1], [2, 3]]), (5, [[0, 1, 2], [3, 4]])],
)
async def test_of_a_crowd_half_goes_first_and_the_rest_meanwhile(
    asked: int, turns: list[list[int]]
) -> None:
    desk = Desk()
    gatherer: Gatherer[int, int] = Gatherer(desk.answer, crowd=4)
    await asyncio.gather(*map(gatherer.ask, range(asked)))
    assert (desk.turns, desk.most) == (turns, len(turns))


async def test_an_answer_that_is_missing_is_told_to_everybody() -> None:
    async def too_few(asked: Sequence[int]) -> list[int]:
        return [*asked][1:]

    gatherer: Gatherer[int, int] = Gatherer(too_few)
    told = await asyncio.gather(*map(gatherer.ask, [1, 2]), return_exceptions=True)
    assert [str(one) for one in told] == ["an answer is missing"] * 2


async def test_what_fails_is_told_to_everybody_and_the_next_are_answered() -> None:
    desk = Desk()
    answers: list[Any] = [_fails, desk.answer]

    async def answer(asked: Sequence[int]) -> list[int]:
        answered: list[int] = await answers.pop(0)(asked)
        return answered

    gatherer: Gatherer[int, int] = Gatherer(answer)
    told = await asyncio.gather(*map(gatherer.ask, [1, 2]), return_exceptions=True)
    assert [type(one) for one in told] == [ValueError, ValueError]
    assert await gatherer.ask(3) == 6


async def _fails(_: Sequence[int]) -> list[int]:
    raise ValueError
