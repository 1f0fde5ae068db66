"""An append that loses burns no position and harms none of its neighbours in the batch."""

from collections.abc import Sequence

import asyncpg
import pytest

from events.sourcing.journal import Append, Appended
from events.sourcing.types import Conflict, KeyReused
from tests.support.broken_function import broken_function
from tests.support.kernel import Workplace, an_append, workplace

TAKEN = "note-taken"
LOSERS = {
    "begins a stream that has begun": (an_append(TAKEN), Conflict),
    "comes behind its time": (an_append("note-long", at=1), Conflict),
    "comes before its time": (an_append(TAKEN, at=5), Conflict),
    "loses one of two streams": (an_append("note-new", TAKEN), Conflict),
    "asserts and writes nothing": (an_append(TAKEN, events=0), Conflict),
    "asks for something else under a key": (an_append("note-k", key="k", body=b"n"), KeyReused),
}
NEIGHBOURS = (an_append("note-free", "note-also-free"), an_append("note-long", at=2))
UNHARMED = [
    Appended(first_position=4, last_position=5, repeated=False),
    Appended(first_position=6, last_position=6, repeated=False),
    Appended(first_position=7, last_position=7, repeated=False),
]
SOUND_DRAW = "IF outcomes[c] = 'appended' THEN\n            place := place + 1;"
HASTY_DRAW = "place := place + 1;\n        IF outcomes[c] = 'appended' THEN"
TAKES_BACK, GIVES_UP = "WHEN unique_violation THEN NULL", "WHEN unique_violation THEN RAISE"


@pytest.mark.parametrize(("loser", "what"), LOSERS.values(), ids=LOSERS)
async def test_whoever_loses_burns_no_position_and_harms_no_neighbour(
    postgres_url: str, loser: Append, what: type[Exception]
) -> None:
    async with workplace(postgres_url) as place:
        lost, *neighbours = await _written_beside(place, loser)
        assert isinstance(lost, what)
        assert neighbours == UNHARMED
        stored = await place.kernel().journal.read_after(3, limit=10)
        assert [row.position for row in stored] == [4, 5, 6, 7]
        events = [event.event_id for append in NEIGHBOURS for event in append.events]
        assert [row.event_id for row in stored[:3]] == events


@pytest.mark.parametrize(("loser", "what"), LOSERS.values(), ids=LOSERS)
async def test_a_position_drawn_before_versions_are_compared_is_found_out(
    postgres_url: str, loser: Append, what: type[Exception]
) -> None:
    """The control: who loses has drawn its positions already, as with an identity column."""
    async with workplace(postgres_url) as place:
        await broken_function(place, "append_batch", {SOUND_DRAW: HASTY_DRAW})
        lost, *neighbours = await _written_beside(place, loser)
        assert isinstance(lost, what)
        assert (neighbours == UNHARMED) == (not loser.events)


async def test_a_batch_that_is_given_up_with_its_loser_is_found_out(postgres_url: str) -> None:
    """The control: what was written beside the loser is lost with it."""
    async with workplace(postgres_url) as place:
        await broken_function(place, "append_turn", {TAKES_BACK: GIVES_UP})
        with pytest.raises(asyncpg.UniqueViolationError):
            await _written_beside(place, an_append(TAKEN))


async def _written_beside(place: Workplace, loser: Append) -> Sequence[Appended | Exception]:
    """What became of the loser, its neighbours, and one that comes after them.

    Straight into the database: the appender would hide what is broken by writing one by one.
    """
    journal = place.kernel().journal
    await journal.append(an_append(TAKEN, key="k"))
    await journal.append(an_append("note-long", events=2))
    beside = await journal._write([loser, *NEIGHBOURS])
    return [*beside, *await journal._write([an_append("note-after")])]
