"""A reader's gate moves over what it was told to go on without, and never back."""

from collections.abc import Sequence
from typing import Any

from events.sourcing.applier import Applier
from events.sourcing.given_up import GivenUp
from events.sourcing.statements import Statement
from events.sourcing.types import Recorded
from tests.support.applier_suite import project
from tests.support.applying import STREAM, TOPIC, Reader, item, with_a_reader


def without(*versions: range) -> GivenUp:
    return GivenUp(versions={(TOPIC, STREAM): versions})


@with_a_reader(given_up=without(range(2, 3)))
async def test_what_was_given_up_and_comes_first_takes_nothing_from_what_stands_before_it(
    reader: Reader,
) -> None:
    assert await reader.feed(item(2)) == []
    assert await reader.feed(item(1), item(3)) == [1, 3]
    assert await reader.parked() == []


@with_a_reader(given_up=without(range(2, 4)))
async def test_a_stream_stands_behind_what_was_given_up_as_soon_as_that_comes(
    reader: Reader,
) -> None:
    assert await reader.feed(item(1), item(2)) == [1]
    assert await reader.applier.version_of(STREAM) == 3


@with_a_reader(given_up=without(range(1, 3)))
async def test_what_comes_again_does_not_take_a_stream_back_to_what_was_given_up(
    reader: Reader,
) -> None:
    for taken in ([3], [], []):
        assert await reader.feed(item(3)) == taken
    assert await reader.stands() == [(STREAM, 3, 3)]


@with_a_reader(given_up=without(range(2, 3)))
async def test_where_a_stream_stands_is_known_though_what_was_given_up_comes_again(
    reader: Reader,
) -> None:
    assert await reader.feed(item(1), item(2), item(3, position=30)) == [1, 3]
    assert await reader.feed(item(2)) == []
    assert await reader.feed(item(3, position=40)) == []
    assert await reader.parked() == [(3, "forked")]


@with_a_reader(can_be_rebuilt=False)
async def test_what_waits_goes_on_waiting_while_a_process_takes_another_event_again(
    reader: Reader,
) -> None:
    assert await reader.feed(item(1), item(2), item(4)) == [1, 2]
    assert await reader.feed(item(2, position=20), item(5)) == [2]
    assert await reader.parked() == [(4, "hole"), (5, "behind")]


@with_a_reader()
async def test_a_reader_can_be_rebuilt_unless_it_says_otherwise(reader: Reader) -> None:
    reader.applier = Applier(
        reader.kernel.engine,
        reader="plain",
        take=reader._take,
        clock=reader.kernel.clock,
        gated=True,
    )
    await reader.feed(item(1, position=4))
    assert await reader.feed(item(1, position=9)) == []
    assert await reader.parked() == [(1, "forked")]


@with_a_reader()
async def test_where_nothing_fails_each_event_is_taken_once(reader: Reader) -> None:
    asked = list[object]()

    async def take(recorded: Recorded[Any]) -> Sequence[Statement]:
        asked.append(recorded)
        return project(recorded)

    reader.applier._take = take
    assert await reader.feed(item(1), item(2)) == [1, 2]
    assert len(asked) == 2


@with_a_reader()
async def test_where_something_fails_all_are_taken_again_one_by_one(reader: Reader) -> None:
    """The negative control: what is taken twice shows."""
    asked = list[object]()

    async def take(recorded: Recorded[Any]) -> Sequence[Statement]:
        asked.append(recorded)
        return project(recorded)

    reader.applier._take = take
    assert await reader.feed(item(1), item(2, bad=True)) == [1]
    assert len(asked) == 4
