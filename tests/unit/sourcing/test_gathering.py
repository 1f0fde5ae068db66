"""A reader of topics that rests after each commit: what comes meanwhile goes with the next one."""

import asyncio
from typing import Any

import pytest

from tests.support.in_memory import an_event
from tests.support.kernel import in_background
from tests.support.reading import P0, P1, STREAM, Play, told_in_memory

REST = 0.7


def commits_of(reader: Any) -> list[float]:
    """The moments at which something was committed, from now on."""
    moments = list[float]()
    loop = asyncio.get_running_loop()
    reader.progress.on_applied(lambda _: moments.append(loop.time()))
    return moments


@told_in_memory
async def test_after_each_commit_it_lets_the_next_ones_gather_for_as_long_as_it_is_told(
    on: Play,
) -> None:
    assert on.reader().rest == 0
    reader = on.reader(rest=REST)
    on.kafka.say((P0, 0, an_event(STREAM, 1)))
    on.kafka.say((P0, 1, an_event(STREAM, 2)))
    commits = commits_of(reader)
    async with in_background(reader.run()):
        assert await reader.reached_version(STREAM, 2, timeout=5)
    first, second = commits
    assert second - first == pytest.approx(REST)


@told_in_memory
async def test_what_comes_while_it_rests_goes_with_the_next_commit(on: Play) -> None:
    on.kafka.say((P0, 0, an_event(STREAM, 1)))
    on.kafka.say((P0, 1, an_event(STREAM, 2)))
    on.kafka.say((P0, 2, an_event(STREAM, 3)), (P1, 0, an_event("note-2", 1)))
    reader = on.reader(rest=REST, most=9)
    async with in_background(reader.run()):
        assert await reader.reached_version("note-2", 1, timeout=5)
    assert on.told == [[1], [2, 3, 1]]
    assert await on.checkpoints() == {0: 3, 1: 1}
    assert on.kafka.asked[:3] == [(1000, 9), (1000, 9), (0, 8)]


@told_in_memory
async def test_who_has_rested_already_takes_at_once_what_comes(on: Play) -> None:
    on.kafka.say((P0, 0, an_event(STREAM, 1)))
    reader = on.reader(rest=REST)
    commits = commits_of(reader)
    async with in_background(reader.run()):
        assert await reader.reached_version(STREAM, 1, timeout=5)
        await asyncio.sleep(0.9)
        on.kafka.say((P0, 1, an_event(STREAM, 2)))
        assert await reader.reached_version(STREAM, 2, timeout=5)
    # Nothing came for a second, then it was there.
    assert commits[1] - commits[0] == pytest.approx(1)


@told_in_memory
async def test_no_commit_holds_more_than_it_may(on: Play) -> None:
    for offset in range(4):
        on.kafka.say((P0, offset, an_event(STREAM, offset + 1)))
    reader = on.reader(rest=REST, most=1)
    commits = commits_of(reader)
    async with in_background(reader.run()):
        assert await reader.reached_version(STREAM, 4, timeout=5)
    assert on.told == [[1], [2], [3], [4]]
    assert commits[3] - commits[0] == pytest.approx(3 * REST)


@told_in_memory
async def test_the_last_place_in_a_commit_is_given_away_too(on: Play) -> None:
    for offset in range(3):
        on.kafka.say((P0, offset, an_event(STREAM, offset + 1)))
    reader = on.reader(rest=REST, most=2)
    async with in_background(reader.run()):
        assert await reader.reached_version(STREAM, 3, timeout=5)
    assert on.told == [[1], [2, 3]]
    assert on.kafka.asked[2] == (0, 1)


@told_in_memory
async def test_what_came_before_partitions_were_given_out_anew_is_let_go(on: Play) -> None:
    """It comes again: the group gives them out from the checkpoints on."""
    on.kafka.say((P0, 0, an_event(STREAM, 1)))
    on.kafka.say((P0, 1, an_event(STREAM, 2)))
    on.kafka.say((P0, 1, an_event(STREAM, 2)), (P0, 2, an_event(STREAM, 3)))
    reader, getmany = on.reader(rest=REST), on.kafka.getmany

    async def given_out_anew(*, timeout_ms: int, max_records: int) -> Any:
        if timeout_ms == 0:
            await reader._starts([P0, P1])
        return await getmany(timeout_ms=timeout_ms, max_records=max_records)

    on.kafka.getmany = given_out_anew  # type: ignore[method-assign]
    async with in_background(reader.run()):
        assert await reader.reached_version(STREAM, 3, timeout=5)
    assert on.told == [[1], [2, 3]]
    assert await on.sums() == {STREAM: 6}


@told_in_memory
async def test_what_comes_from_before_moves_no_checkpoint_back(on: Play) -> None:
    """A client that finds its place gone begins at the beginning, in the middle of a rest."""
    await on.stand(0, 100)
    on.kafka.say((P0, 100, an_event(STREAM, 1)))
    on.kafka.say((P0, 101, an_event(STREAM, 2)))
    on.kafka.say((P0, 0, an_event("note-2", 1)))
    reader = on.reader(rest=REST)
    async with in_background(reader.run()):
        assert await reader.reached_version(STREAM, 2, timeout=5)
    assert await on.checkpoints() == {0: 102}
