"""Appends that wait share one write; each gets its own answer, whatever happens to the others."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import pytest

from contracts.sample import NOON
from events.sourcing import appender as module
from events.sourcing import transient
from events.sourcing.appender import Appender, Outcome, next_batch
from events.sourcing.clock import SimulatedClock
from events.sourcing.journal import Append
from events.sourcing.memory import MemoryJournal
from events.sourcing.types import Conflict, Overloaded
from tests.support.kernel import an_append


class Store:
    """Writes to memory; the first calls fail as told, before or after the write."""

    def __init__(self, *, lost_before: int = 0, lost_after: int = 0) -> None:
        self.journal = MemoryJournal(SimulatedClock(NOON))
        self.batches: list[int] = []
        self._before = lost_before
        self._after = lost_after

    async def __call__(self, batch: Sequence[Append]) -> list[Outcome]:
        await asyncio.sleep(0)
        self.batches.append(len(batch))
        if len(self.batches) <= self._before:
            raise ConnectionResetError
        if any("broken" in stream for append in batch for stream in append.expected):
            raise ValueError("broken")
        outcomes = [await self._one(append) for append in batch]
        if len(self.batches) <= self._after:
            raise ConnectionResetError
        return outcomes

    async def _one(self, append: Append) -> Outcome:
        try:
            return await self.journal.append(append)
        except Conflict as conflict:
            return conflict


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transient, "FIRST_PAUSE_SECONDS", 0.0)


async def test_those_who_wait_share_a_write() -> None:
    store = Store()
    appender = Appender(store)
    await asyncio.gather(*(appender.append(an_append(f"note-{n}")) for n in range(100)))
    assert sum(store.batches) == 100
    assert len(store.batches) <= 2


class Slow(Store):
    """Lets others come between; says how many writes were under way at once."""

    def __init__(self) -> None:
        super().__init__()
        self.under_way = 0
        self.most = 0

    async def __call__(self, batch: Sequence[Append]) -> list[Outcome]:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        for _ in range(5):
            await asyncio.sleep(0)
        try:
            return await super().__call__(batch)
        finally:
            self.under_way -= 1


async def append_in_turn(appender: Appender, stream: str, times: int) -> None:
    for version in range(times):
        await appender.append(an_append(stream, at=version))


@pytest.mark.parametrize(("writers", "at_once"), [(module.CROWD - 1, 1), (module.CROWD, 2)])
async def test_a_crowd_is_written_in_two_turns_at_once(writers: int, at_once: int) -> None:
    store = Slow()
    appender = Appender(store)
    await asyncio.gather(*(append_in_turn(appender, f"note-{n}", 5) for n in range(writers)))
    assert store.most == at_once
    assert await store.journal.last_position() == writers * 5
    assert appender.waiting == 0


async def test_in_a_crowd_the_appends_of_one_stream_keep_their_order() -> None:
    store = Slow()
    appender = Appender(store)
    asked = [an_append(f"note-{n % 100}", at=n // 100) for n in range(300)]
    asked += [an_append(f"other-{n}") for n in range(200)]
    answers = await asyncio.gather(*map(appender.append, asked), return_exceptions=True)
    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    assert store.most == 2


@pytest.mark.parametrize("faults", [{"lost_before": 2}, {"lost_after": 2}])
async def test_a_lost_answer_is_asked_for_again(faults: dict[str, int]) -> None:
    store = Store(**faults)
    appender = Appender(store)
    answers = await asyncio.gather(*(appender.append(an_append(f"note-{n}")) for n in range(10)))
    assert sorted(answer.first_position or 0 for answer in answers) == list(range(1, 11))
    assert await store.journal.last_position() == 10


async def test_one_that_cannot_be_written_fails_alone() -> None:
    appender = Appender(Store())
    streams = ["note-1", "broken-1", "note-2"]
    answers = await asyncio.gather(
        *(appender.append(an_append(stream)) for stream in streams), return_exceptions=True
    )
    assert [type(answer).__name__ for answer in answers] == ["Appended", "ValueError", "Appended"]


async def test_a_database_that_stays_away_is_reported_to_everybody() -> None:
    appender = Appender(Store(lost_before=100))
    answers = await asyncio.gather(
        *(appender.append(an_append(f"note-{n}")) for n in range(3)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [ConnectionResetError] * 3


async def test_beyond_its_limit_the_queue_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE_LIMIT", 5)
    appender = Appender(Store())
    answers = await asyncio.gather(
        *(appender.append(an_append(f"note-{n}")) for n in range(8)), return_exceptions=True
    )
    assert sum(isinstance(answer, Overloaded) for answer in answers) == 3
    assert appender.waiting == 0


async def test_one_who_gave_up_waiting_leaves_the_others_unharmed() -> None:
    store = Store()
    appender = Appender(store)
    asked = [asyncio.create_task(appender.append(an_append(f"note-{n}"))) for n in range(5)]
    await asyncio.sleep(0)
    asked[2].cancel()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(answer, asyncio.CancelledError) for answer in answers) == 1
    assert await store.journal.last_position() == 5


def test_a_batch_never_touches_a_stream_or_a_key_twice_and_keeps_the_order() -> None:
    first, same_stream, other, same_key = (
        an_append("note-1", key="a"),
        an_append("note-1", key="b"),
        an_append("note-2", key="c"),
        an_append("note-3", key="a"),
    )
    asked = (first, same_stream, other, same_key)
    waiting: deque[tuple[Append, Any]] = deque((append, None) for append in asked)
    assert [append for append, _ in next_batch(waiting, 4)] == [first, other]
    assert [append for append, _ in waiting] == [same_stream, same_key]


@pytest.mark.parametrize(("most", "limit", "taken"), [(2, 9, 2), (9, 3, 3), (9, 9, 5)])
def test_a_batch_is_no_larger_than_asked_for_nor_than_one_write_may_be(
    most: int, limit: int, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_LIMIT", limit)
    asked = [an_append(f"note-{n}") for n in range(5)]
    waiting: deque[tuple[Append, Any]] = deque((append, None) for append in asked)
    assert [append for append, _ in next_batch(waiting, most)] == asked[:taken]
    assert [append for append, _ in waiting] == asked[taken:]


def test_a_batch_touches_nothing_that_another_batch_is_writing() -> None:
    under_way = [[an_append("note-1", key="a")], [an_append("note-2", key="b")]]
    asked = (an_append("note-1", key="c"), an_append("note-3", key="b"), an_append("note-4"))
    waiting: deque[tuple[Append, Any]] = deque((append, None) for append in asked)
    assert [append for append, _ in next_batch(waiting, 3, under_way)] == [asked[2]]
    assert [append for append, _ in waiting] == [*asked[:2]]


@pytest.mark.parametrize(("at", "version"), [(0, 2), (3, 3), (3, 5)])
def test_versions_follow_on_the_expected_one(at: int, version: int) -> None:
    good = an_append("note-1", at=version - 1)
    with pytest.raises(ValueError, match="does not follow"):
        Append(
            actor="clerk",
            key="k",
            target="t",
            body=b"",
            expected={"note-1": at},
            events=good.events,
        )


async def test_it_is_known_how_far_listeners_were_called_for() -> None:
    appender = Appender(Store())
    heard = list[int]()
    appender.on_commit(lambda: heard.append(appender.reached))
    for stream in ("note-1", "note-2"):
        await appender.append(an_append(stream, at=0))
    with pytest.raises(Conflict):
        await appender.append(an_append("note-1", at=0, key="another"))
    await appender.append(an_append("note-3", events=0))
    assert heard == [1, 2, 2, 2]
