"""A live stream tells everything behind a position once, page by page, and then goes on."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import pytest

from events.edge.live import BATCH, Told, messages
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.reader import Progress


def kernel_at(position: int) -> tuple[Kernel, JournalReader]:
    reader = JournalReader.__new__(JournalReader)
    reader.progress, reader.position = Progress(), position
    return cast("Kernel", SimpleNamespace(readers={"list": reader, "other": object()})), reader


class Moves:
    """What moved, by position, and what was asked for."""

    def __init__(self, *positions: int) -> None:
        self.positions = list(positions)
        self.asked: list[int] = []

    async def read(self, behind: int, limit: int) -> Sequence[Told]:
        self.asked.append(behind)
        found = [place for place in self.positions if place > behind][:limit]
        return [Told(position=place, said={"number": place}) for place in found]


async def heard(kernel: Kernel, moves: Moves, count: int, *, behind: int | None) -> list[str]:
    told = messages(kernel, "list", moves.read, behind=behind)
    return [str((await anext(told)).id) for _ in range(count)]


async def test_a_long_absence_is_told_in_pages_and_nothing_is_skipped_or_repeated() -> None:
    kernel, _ = kernel_at(2 * BATCH + 5)
    moves = Moves(*range(1, 2 * BATCH + 6))
    told = await heard(kernel, moves, 2 * BATCH + 5, behind=0)
    assert told == [str(place) for place in moves.positions]
    assert moves.asked == [0, BATCH, 2 * BATCH]


async def test_without_a_position_only_what_comes_is_told() -> None:
    kernel, reader = kernel_at(7)
    moves = Moves(3, 7, 9)
    reader.position = 9
    told = messages(kernel, "list", moves.read, behind=7)
    message = await anext(told)
    assert (message.id, message.event, message.data) == ("9", "list", '{"number":9}')
    assert (await heard(kernel, Moves(3, 9, 12), 1, behind=None)) == ["12"]


async def test_only_what_reads_the_journal_has_places_to_resume_from() -> None:
    kernel, _ = kernel_at(1)
    with pytest.raises(TypeError, match="other"):
        await anext(messages(kernel, "other", Moves().read, behind=None))
