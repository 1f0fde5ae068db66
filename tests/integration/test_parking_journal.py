"""Readers of the own journal and timers are released as well: what they lead to happens once."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Column, MetaData, Table, Text, select

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.sourcing import journal_reader
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.process import Process
from events.sourcing.projector import Projection
from events.sourcing.repair.release import Discard, Repairs
from events.sourcing.statements import First, Statement
from events.sourcing.types import Context, Later, Recorded, Refused
from tests.support.kernel import BODY, PERSON, Note, Workplace, context, note, until, workplace

TABLES = MetaData()
SEEN = Table("seen", TABLES, Column("place", Text, primary_key=True))
STREAM, OTHER = "note-1", "note-2"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Note something because of a version of the stream."""

    version: int


def project(recorded: Recorded[Any]) -> Sequence[Statement]:
    """Takes what it knows and nothing else, as a service's read models do."""
    if not isinstance(recorded.event, BodyEstablished):
        raise TypeError(recorded.name)
    return [First(SEEN, {"place": f"{recorded.stream}@{recorded.version}"})]


def react(recorded: Recorded[Any]) -> Iterable[object]:
    if recorded.stream == STREAM:
        yield Answer(version=recorded.version)


def react_later(recorded: Recorded[Any]) -> Iterable[object]:
    if recorded.stream == STREAM:
        due_at = recorded.recorded_at + MINUTE
        yield Later(timer="remind", due_at=due_at, command=Answer(version=recorded.version))


class Office:
    """A service with a read model, a process, timers, and something that can be out of order."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.kernel: Kernel = place.kernel()
        self.repairs = Repairs(self.kernel)
        self.out_of_order = False
        self.tried: list[tuple[int, str]] = []
        self.reader = self.kernel.project(Projection(name="seen", tables=TABLES, project=project))
        self.kernel.fire({"Answer": Answer}, self.dispatch)

    async def dispatch(self, command: Answer, asked: Context) -> None:
        self.tried.append((command.version, asked.idempotency_key))
        if self.out_of_order:
            raise ZeroDivisionError
        answer = sample(BodyEstablished, number=command.version)
        await self.kernel.handle(note, OTHER, Note(events=(answer,)), asked)

    async def note(self, *events: object) -> None:
        await self.kernel.handle(note, STREAM, Note(events=events or (BODY,)), context())

    async def caught_up(self) -> None:
        last = await self.kernel.journal.last_position()
        for reader in self.kernel.readers.values():
            assert isinstance(reader, JournalReader)
            assert await reader.reached(last, timeout=20), reader.name

    async def seen(self) -> set[str]:
        async with self.kernel.engine.connect() as connection:
            return set(await connection.scalars(select(SEEN.c.place)))

    async def parked(self) -> list[tuple[str, int, str, int]]:
        rows = await self.place.fetch("SELECT * FROM parked ORDER BY reader, stream, version")
        return [(row["reader"], row["version"], row["class"], row["tries"]) for row in rows]

    async def answers(self) -> list[str]:
        rows = await self.place.fetch("SELECT payload FROM journal WHERE stream = $1", OTHER)
        return [msgspec.json.decode(row["payload"])["body_id"] for row in rows]


@pytest.fixture
async def office(postgres_url: str) -> AsyncIterator[Office]:
    async with workplace(postgres_url) as place:
        yield Office(place)


async def test_a_read_model_of_the_own_journal_takes_up_what_it_could_not_read(
    office: Office,
) -> None:
    await office.note(BODY, BODY, BODY)
    await renamed(office, "note.unknown.v1")
    async with office.kernel.running():
        await office.caught_up()
        assert await office.parked() == [("seen", 2, "unknown-type", 1), ("seen", 3, "behind", 1)]
        at = ("seen", "journal", STREAM)
        assert (await office.repairs.release(at, context())).taken == 0
        await renamed(office, "body.established.v1")
        done = await office.repairs.release(at, context())
        assert (done.taken, done.held) == (2, None)
        await office.note()
        await office.caught_up()
    assert await office.seen() == {f"{STREAM}@{version}" for version in range(1, 5)}
    assert await office.parked() == []


async def renamed(office: Office, name: str) -> None:
    """As if the service knew the name of the second event, or did not."""
    await office.place.fetch("UPDATE journal SET name = $1 WHERE position = 2", name)


async def test_somebody_forgotten_meanwhile_stays_forgotten(office: Office) -> None:
    heard: list[Any] = []

    def project_person(recorded: Recorded[Any]) -> Iterable[Statement]:
        if office.out_of_order:
            raise ZeroDivisionError
        heard.append(recorded.event)
        return ()

    persons = Projection(name="persons", tables=MetaData(), project=project_person)
    office.kernel.project(persons)
    office.out_of_order = True
    await office.note(PERSON)
    async with office.kernel.running():
        await office.caught_up()
        await office.kernel.keyring.destroy("t-1")
        office.out_of_order = False
        await office.repairs.release(("persons", "journal", STREAM), context())
    (told,) = heard
    assert (told.talent_id, told.full_name) == ("t-1", None)


async def test_what_a_process_could_not_do_is_done_once_and_as_it_would_have_been(
    office: Office,
) -> None:
    office.kernel.react(Process(name="answers", react=react), office.dispatch)
    office.out_of_order = True
    await office.note(BODY, BODY)
    at = ("answers", "journal", STREAM)
    async with office.kernel.running():
        await office.caught_up()
        await office.repairs.release(at, context())
        office.out_of_order = False
        done = await office.repairs.release(at, context())
        assert (done.taken, done.held) == (2, None)
        await office.caught_up()
    assert await office.answers() == ["body-1", "body-2"]
    assert len({key for version, key in office.tried if version == 1}) == 1


async def test_a_crash_while_a_process_is_released_sends_again_and_records_once(
    office: Office,
) -> None:
    office.kernel.react(Process(name="answers", react=react), office.dispatch)
    office.out_of_order = True
    await office.note(BODY, BODY)
    at = ("answers", "journal", STREAM)
    async with office.kernel.running():
        await office.caught_up()
        office.out_of_order = False
        applier = office.kernel.readers["answers"].applier  # type: ignore[attr-defined]
        take = applier._take

        async def crash_at_the_second(recorded: Recorded[Any]) -> Sequence[Statement]:
            statements: Sequence[Statement] = await take(recorded)
            if recorded.version == 2:
                raise ConnectionResetError
            return statements

        applier._take = crash_at_the_second
        with pytest.raises(ConnectionResetError):
            await office.repairs.release(at, context())
        assert len(await office.answers()) == 2
        assert [version for _, version, *_ in await office.parked()] == [1, 2]
        applier._take = take
        assert (await office.repairs.release(at, context())).taken == 2
    assert await office.answers() == ["body-1", "body-2"]


async def test_a_command_kept_for_later_is_fired_again_under_its_own_key(office: Office) -> None:
    office.kernel.react(Process(name="reminders", react=react_later), office.dispatch)
    office.out_of_order = True
    await office.note()
    at = ("timers", "Answer", "remind")
    async with office.kernel.running():
        await office.caught_up()
        office.place.clock.advance(MINUTE)
        await until(lambda: _is_parked(office))
        failed = await office.repairs.release(at, context())
        assert failed.held is not None
        assert (failed.taken, failed.held.kind, failed.held.reason) == (
            0,
            "poison",
            "ZeroDivisionError",
        )
        assert await office.parked() == [("timers", 1, "poison", 2)]
        office.out_of_order = False
        done = await office.repairs.release(at, context())
        assert (done.taken, done.held) == (1, None)
    assert await office.answers() == ["body-1"]
    assert len(office.tried) == 3
    assert len(set(office.tried)) == 1


async def _is_parked(office: Office) -> bool:
    return bool(await office.parked())


async def test_a_command_kept_for_later_is_fired_once_by_two_who_release_it(
    office: Office,
) -> None:
    office.kernel.react(Process(name="reminders", react=react_later), office.dispatch)
    office.out_of_order = True
    await office.note()
    at = ("timers", "Answer", "remind")
    async with office.kernel.running():
        await office.caught_up()
        office.place.clock.advance(MINUTE)
        await until(lambda: _is_parked(office))
        office.tried.clear()
        office.out_of_order = False
        await asyncio.gather(
            *(Repairs(office.kernel).release(at, context()) for _ in range(3)),
            return_exceptions=True,
        )
    assert len(office.tried) == 1
    assert await office.answers() == ["body-1"]


async def test_a_command_kept_for_later_can_be_gone_on_without(office: Office) -> None:
    office.kernel.react(Process(name="reminders", react=react_later), office.dispatch)
    office.out_of_order = True
    await office.note()
    at = ("timers", "Answer", "remind")
    async with office.kernel.running():
        await office.caught_up()
        office.place.clock.advance(MINUTE)
        await until(lambda: _is_parked(office))
        asked, discard = context("k"), Discard(version=1, because="without-effect")
        await office.repairs.discard(at, discard, asked)
        assert await office.parked() == []
        office.place.clock.advance(MINUTE)
        await office.note()
        await office.caught_up()
        office.place.clock.advance(MINUTE)
        await until(lambda: _is_parked(office))
        again = await office.repairs.discard(at, discard, asked)
    # What came since is another matter, though it stands in the same place.
    assert again.receipt.repeated
    assert await office.parked() == [("timers", 1, "poison", 1)]


async def test_what_is_decided_about_readers_is_no_matter_of_the_service_s_own_readers(
    office: Office,
) -> None:
    """They know the events of their service; one of the kernel's would be poison to them."""
    await office.note(BODY, PERSON)
    at = ("seen", "journal", STREAM)
    async with office.kernel.running():
        await office.caught_up()
        await office.repairs.release(at, context())
        await office.repairs.discard(at, Discard(version=2, because="without-effect"), context())
        await office.caught_up()
    assert await office.parked() == []
    names = [row["name"] for row in await office.place.fetch("SELECT name FROM journal")]
    assert names[2:] == ["repair.stream-released.v1", "repair.event-discarded.v1"]


async def test_shown_to_them_it_would_be_poison(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: readers that see every event of the journal."""
    monkeypatch.setattr(journal_reader, "CATEGORY", "nothing")
    await office.note(BODY, PERSON)
    async with office.kernel.running():
        await office.caught_up()
        await office.repairs.release(("seen", "journal", STREAM), context())
        await office.caught_up()
    assert [(version, kind) for _, version, kind, _ in await office.parked()] == [
        (2, "poison"),
        (1, "poison"),
    ]


async def test_timers_of_a_service_without_any_cannot_be_released(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        with pytest.raises(Refused, match="reader-not-found"):
            await Repairs(place.kernel()).release(("timers", "Answer", "remind"), context())
