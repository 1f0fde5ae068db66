"""What a reader goes on without: whole versions, or single records that nobody believes."""

from events.sourcing.given_up import NOTHING, GivenUp

STREAM, OTHER = ("note.events", "note-1"), ("note.events", "note-2")
GONE = GivenUp(
    versions={STREAM: [range(3, 5), range(5, 6), range(9, 10)]}, records=frozenset({(STREAM, 7)})
)


def test_the_gate_moves_over_all_that_follows_directly() -> None:
    assert [GONE.beyond(STREAM, seen) for seen in (0, 1, 2, 3, 4, 5, 6, 8)] == [
        *(0, 1, 5, 5, 5, 5, 6, 9)
    ]


def test_another_stream_is_not_concerned() -> None:
    assert GONE.beyond(OTHER, 2) == 2
    assert not GONE.skips(OTHER, 3)
    assert not GONE.lets_go(OTHER, 7)


def test_only_what_was_given_up_is_skipped() -> None:
    assert [version for version in range(1, 12) if GONE.skips(STREAM, version)] == [3, 4, 5, 9]


def test_a_record_is_let_go_of_at_its_own_place_alone() -> None:
    assert [version for version in range(1, 12) if GONE.lets_go(STREAM, version)] == [7]


def test_at_first_nothing_is_given_up() -> None:
    assert NOTHING.beyond(STREAM, 4) == 4
    assert not NOTHING.skips(STREAM, 1)
    assert not NOTHING.lets_go(STREAM, 1)
