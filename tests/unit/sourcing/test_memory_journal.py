"""The journal and the keyring in memory do what the real ones do."""

from dataclasses import replace

import pytest

from contracts.sample import NOON
from events.sourcing.clock import SimulatedClock
from events.sourcing.memory import MemoryJournal, MemoryRows
from events.sourcing.sealing import MemoryKeyring
from events.sourcing.types import KeyReused, OnDuty, Relieved
from tests.support.duties import TakeOver
from tests.support.kernel import an_append
from tests.support.suites import JournalSuite, KeyringSuite


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def journal(clock: SimulatedClock) -> MemoryJournal:
    return MemoryJournal(clock)


@pytest.fixture
def take_over(journal: MemoryJournal) -> TakeOver:
    tokens = journal._rows.tokens

    async def take_over(name: str) -> OnDuty:
        tokens[name] = tokens.get(name, 0) + 1
        return OnDuty(name, tokens[name])

    return take_over


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


class TestMemoryJournal(JournalSuite):
    """The suite, on memory."""


class TestMemoryKeyring(KeyringSuite):
    """The suite, on memory."""


async def test_whoever_listens_hears_of_each_commit(journal: MemoryJournal) -> None:
    heard: list[int] = []
    journal.on_commit(lambda: heard.append(1))
    await journal.append(an_append("note-1"))
    await journal.append(an_append("note-2"))
    assert heard == [1, 1]


def test_two_that_go_on_from_the_same_rows_do_not_see_each_other() -> None:
    rows, first = MemoryRows(), an_append("note-1", key="k")
    rows.write([first], NOON)
    other = rows.copy()
    assert other.after(0, limit=9) == rows.after(0, limit=9)
    assert other.stream("note-1") == rows.stream("note-1")
    assert other.asked("clerk", "k") == rows.asked("clerk", "k")
    other.write([an_append("note-1", at=1), an_append("note-2")], NOON)
    assert [len(one.after(0, limit=9)) for one in (rows, other)] == [1, 3]
    assert [len(one.stream("note-1")) for one in (rows, other)] == [1, 2]
    assert [rows.last_position(), other.last_position()] == [1, 3]
    rows.write([an_append("note-3", key="own")], NOON)
    assert other.asked("clerk", "own") is None


def test_an_event_is_stored_as_it_was_appended() -> None:
    rows, append = MemoryRows(), an_append("note-1", "note-2", events=2)
    rows.write([append], NOON)
    stored = rows.after(0, limit=9)
    kept = [(r.stream, r.version, r.event_id, r.name, r.payload, r.metadata) for r in stored]
    assert kept == [
        (e.stream, e.version, e.event_id, e.name, e.payload, e.metadata) for e in append.events
    ]
    assert {row.recorded_at for row in stored} == {NOON}


def test_a_key_that_was_used_for_another_command_is_named() -> None:
    rows = MemoryRows()
    rows.write([an_append("note-1", key="k")], NOON)
    (answer,) = rows.write([an_append("note-1", key="k", target="POST /others")], NOON)
    assert isinstance(answer, KeyReused)
    assert answer.key == "k"


def test_two_that_go_on_from_the_same_rows_are_on_the_same_duty_until_one_is_relieved() -> None:
    rows, ours = MemoryRows(), OnDuty("chasing", 1)
    rows.tokens[ours.duty] = ours.token
    other = rows.copy()
    assert other.is_turn_of(ours)
    other.tokens[ours.duty] += 1
    assert (rows.is_turn_of(ours), other.is_turn_of(ours)) == (True, False)


def test_who_was_relieved_is_told_of_which_duty() -> None:
    append = replace(an_append("note-1"), on_duty=OnDuty("chasing", 1))
    (answer,) = MemoryRows().write([append], NOON)
    assert isinstance(answer, Relieved)
    assert str(answer) == "this process is not on duty: chasing"
