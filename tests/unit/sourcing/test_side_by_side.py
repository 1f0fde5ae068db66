"""Several streams are gone on with side by side, each in its own order."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Executable

from events.sourcing.side_by_side import Take, every, side_by_side
from events.sourcing.types import Recorded
from tests.support.applying import STREAM, Reader, item, with_a_reader


def told(log: list[str], name: str, *, after: asyncio.Event | None = None) -> Take[str]:
    async def take() -> str:
        log.append(f"{name} begins")
        if after is not None:
            await after.wait()
        log.append(f"{name} ends")
        return name

    return take


async def test_one_stream_does_not_wait_for_another() -> None:
    log, free = list[str](), asyncio.Event()

    async def frees() -> str:
        free.set()
        return "b1"

    streams: dict[str, list[Take[str]]] = {"a": [told(log, "a1", after=free)], "b": [frees]}
    assert await side_by_side(streams) == ["a1", "b1"]


async def test_what_was_begun_has_ended_when_a_failure_beside_it_is_raised() -> None:
    log, free = list[str](), asyncio.Event()

    async def fails() -> None:
        free.set()
        raise ConnectionResetError

    async def goes_on() -> None:
        await told(log, "other", after=free)()

    with pytest.raises(ConnectionResetError):
        await every([fails(), goes_on()])
    assert log == ["other begins", "other ends"]


async def test_of_one_stream_the_second_begins_when_the_first_has_ended() -> None:
    log = list[str]()
    await side_by_side({"a": [told(log, "a1"), told(log, "a2")]})
    assert log == ["a1 begins", "a1 ends", "a2 begins", "a2 ends"]


async def test_what_failed_is_said_after_the_others_have_ended() -> None:
    log, free = list[str](), asyncio.Event()

    async def fails() -> str:
        free.set()
        raise ValueError

    async def comes_to_its_end() -> str:
        await free.wait()
        for _ in range(5):
            await asyncio.sleep(0)
        log.append("b1 ends")
        return "b1"

    streams: dict[str, list[Take[str]]] = {
        "a": [fails, told(log, "a2")],
        "b": [comes_to_its_end],
    }
    with pytest.raises(ValueError):  # noqa: PT011 - it is ours
        await side_by_side(streams)
    assert log == ["b1 ends"]


class Meeting(Reader):
    """Nobody's event is taken before everybody's has begun to be."""

    def meet(self, guests: int) -> None:
        self.guests = guests
        self.all_here = asyncio.Event()

    async def _take(self, recorded: Recorded[object]) -> Sequence[Executable]:
        self.guests -= 1
        if not self.guests:
            self.all_here.set()
        async with asyncio.timeout(1):
            await self.all_here.wait()
        return await super()._take(recorded)


@with_a_reader()
async def test_a_process_whose_streams_are_apart_takes_them_side_by_side(reader: Reader) -> None:
    meeting = Meeting(reader.kernel, name="meeting")
    meeting.applier.streams_apart = True
    meeting.meet(2)
    assert await meeting.feed(item(1), item(1, stream="note-2")) == [1, 1]
    assert {version for _, version, _ in await meeting.stands()} == {1}
    assert meeting.guests == 0, "nobody comes twice"


@with_a_reader()
async def test_any_other_takes_them_one_after_the_other(reader: Reader) -> None:
    meeting = Meeting(reader.kernel, name="meeting")
    meeting.meet(2)
    with pytest.raises(TimeoutError):
        await meeting.feed(item(1), item(1, stream="note-2"))
    assert await meeting.stands() == []


@with_a_reader()
async def test_of_streams_side_by_side_only_the_one_that_fails_is_parked(reader: Reader) -> None:
    reader.applier.streams_apart = True
    done = await reader.feed(item(1), item(1, stream="note-2", bad=True), item(2))
    assert done == [1, 2]
    assert await reader.parked() == [(1, "poison")]
    assert (STREAM, 2) in {(stream, version) for stream, version, _ in await reader.stands()}


@with_a_reader()
async def test_who_asks_together_is_told_each_their_own_version(reader: Reader) -> None:
    await reader.feed(item(1), item(2), item(1, stream="note-2"))
    asked = [STREAM, "note-2", "note-3", STREAM]
    assert await asyncio.gather(*map(reader.applier.version_of, asked)) == [2, 1, 0, 2]
