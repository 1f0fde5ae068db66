"""The end of a journal is read once for all who follow it closely, and without a hole."""

import pytest

from events.sourcing import tail as tail_module
from events.sourcing.batches import Failed
from events.sourcing.codec import Codec, UnknownName
from events.sourcing.desk import Unopened
from events.sourcing.journal import StoredEvent
from events.sourcing.kernel import Kernel
from events.sourcing.tail import Tail, item_of, traceparent_of
from events.sourcing.types import Recorded
from tests.support.in_memory import an_event, play
from tests.support.kernel import BODY, Note, context, note


class Reads:
    """A kernel's journal, and from which positions it was read."""

    def __init__(self, kernel: Kernel) -> None:
        self.asked: list[int] = []
        self._journal = kernel.journal
        self.tail = Tail(kernel.desk, lambda: kernel.journal.known)
        kernel.desk.journal.read_after = self._read  # type: ignore[method-assign]
        self._read_after = type(self._journal).read_after

    async def _read(self, position: int, *, limit: int) -> list[StoredEvent]:
        self.asked.append(position)
        return list(await self._read_after(self._journal, position, limit=limit))

    async def after(self, position: int, limit: int = 100) -> list[int]:
        return [one.row.position for one in await self.tail.after(position, limit=limit)]


async def _grow(kernel: Kernel, events: int = 1) -> None:
    await kernel.handle(note, "note-1", Note(events=(BODY,) * events), context())


def test_who_comes_a_little_later_is_served_from_what_was_read() -> None:
    async def scene(kernel: Kernel) -> None:
        reads = Reads(kernel)
        await _grow(kernel, 4)
        reads.asked.clear()
        assert await reads.after(0) == [1, 2, 3, 4]
        assert await reads.after(0) == [1, 2, 3, 4]
        assert await reads.after(2) == [3, 4]
        assert await reads.after(0, limit=2) == [1, 2]
        assert await reads.after(3, limit=1) == [4]
        assert reads.asked == [0]

    play(scene)


def test_what_is_new_is_read_and_added() -> None:
    async def scene(kernel: Kernel) -> None:
        reads = Reads(kernel)
        await _grow(kernel, 2)
        reads.asked.clear()
        assert await reads.after(0) == [1, 2]
        assert await reads.after(2) == []
        await _grow(kernel, 2)
        reads.asked.clear()
        assert await reads.after(2) == [3, 4]
        assert await reads.after(1) == [2, 3, 4]
        assert await reads.after(0) == [1, 2, 3, 4]
        assert reads.asked == [2]

    play(scene)


def test_who_is_behind_is_not_told_less_than_is_known_to_be_recorded() -> None:
    async def scene(kernel: Kernel) -> None:
        reads = Reads(kernel)
        await _grow(kernel, 2)
        assert await reads.after(0) == [1, 2]
        await _grow(kernel)
        reads.asked.clear()
        assert await reads.after(1) == [2, 3]
        assert await reads.after(2) == [3]
        assert reads.asked == [2]
        # Another process writes as well; then somebody here looks how far the journal goes.
        kernel.journal.appender.reached = 0
        await _grow(kernel)
        kernel.journal.appender.reached = 3
        assert await reads.after(2) == [3]
        assert await kernel.journal.last_position() == kernel.journal.known == 4
        assert await reads.after(2) == [3, 4]

    play(scene)


def test_those_who_catch_up_in_step_read_each_page_once() -> None:
    async def scene(kernel: Kernel) -> None:
        reads = Reads(kernel)
        await _grow(kernel, 6)
        reads.asked.clear()
        for position in (0, 2, 4):
            page = [position + 1, position + 2]
            assert await reads.after(position, limit=2) == page
            assert await reads.after(position, limit=2) == page
        assert kernel.journal.known == 6
        assert reads.asked == [0, 2, 4]

    play(scene)


def test_who_is_far_behind_reads_alone_and_takes_nothing_from_the_others() -> None:
    async def scene(kernel: Kernel) -> None:
        reads = Reads(kernel)
        await _grow(kernel, 6)
        reads.asked.clear()
        assert await reads.after(3) == [4, 5, 6]
        assert await reads.after(0, limit=2) == [1, 2]
        assert await reads.after(2, limit=2) == [3, 4]
        assert await reads.after(3) == [4, 5, 6]
        assert await reads.after(4) == [5, 6]
        assert reads.asked == [3, 0, 2]

    play(scene)


def test_who_jumps_ahead_lets_the_tail_begin_anew() -> None:
    async def scene(kernel: Kernel) -> None:
        reads = Reads(kernel)
        await _grow(kernel, 6)
        reads.asked.clear()
        assert await reads.after(0, limit=2) == [1, 2]
        assert await reads.after(4) == [5, 6]
        assert await reads.after(1, limit=1) == [2]
        assert await reads.after(4, limit=1) == [5]
        assert reads.asked == [0, 4, 1]

    play(scene)


def test_no_more_is_kept_than_those_a_little_behind_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail_module, "KEPT", 3)

    async def scene(kernel: Kernel) -> None:
        reads = Reads(kernel)
        await _grow(kernel, 3)
        reads.asked.clear()
        assert await reads.after(0) == [1, 2, 3]
        assert await reads.after(0) == [1, 2, 3]
        await _grow(kernel, 2)
        reads.asked.clear()
        assert await reads.after(3) == [4, 5]
        assert await reads.after(2) == [3, 4, 5]
        assert await reads.after(1, limit=1) == [2]
        assert reads.asked == [3, 1]

    play(scene)


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_what_can_be_read_is_applied_and_what_cannot_is_parked_with_its_bytes() -> None:
    async def scene(kernel: Kernel) -> None:
        await _grow(kernel)
        (known,) = await Tail(kernel.desk).after(0, limit=1)
        item = item_of(known)
        assert isinstance(item.recorded, Recorded)
        assert (item.stream, item.version, item.record) == ("note-1", 1, known.row.payload)
        assert (item.recorded.event, item.recorded.position) == (BODY, 1)
        known.opened = Unopened(
            envelope=an_event("note-1", 1, traceparent=TRACE),
            failure=_unknown(),
        )
        assert item_of(known).recorded == Failed(
            kind="unknown-type", reason="no such name in the catalog"
        )
        assert traceparent_of(known) == TRACE
        known.opened = an_event("note-1", 1, traceparent="another")
        assert traceparent_of(known) == "another"

    play(scene)


def _unknown() -> Exception:
    with pytest.raises(UnknownName) as caught:
        Codec({}).shape_of("a.b.v1")
    return caught.value
