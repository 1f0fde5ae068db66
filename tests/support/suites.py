"""What every journal and every keyring must do, whatever it keeps its rows in."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.sample import NOON
from events.sourcing.clock import SimulatedClock
from events.sourcing.journal import Journal
from events.sourcing.sealing import Keyring
from events.sourcing.types import Conflict, KeyReused, OnDuty, Relieved
from tests.support.duties import TakeOver
from tests.support.kernel import an_append


class JournalSuite:
    """Subclasses give a fixture `journal` whose clock is the fixture `clock`.

    With `take_over` another process of the service takes one of its duties over.
    """

    async def test_positions_and_versions_rise_by_one_from_one(self, journal: Journal) -> None:
        await journal.append(an_append("note-1", events=2))
        await journal.append(an_append("note-2"))
        await journal.append(an_append("note-1", at=2))
        rows = await journal.read_after(0, limit=10)
        assert [(r.position, r.stream, r.version) for r in rows] == [
            (1, "note-1", 1),
            (2, "note-1", 2),
            (3, "note-2", 1),
            (4, "note-1", 3),
        ]
        assert await journal.last_position() == 4

    async def test_an_append_says_where_its_events_went(self, journal: Journal) -> None:
        await journal.append(an_append("note-1"))
        done = await journal.append(an_append("note-2", events=3))
        assert (done.first_position, done.last_position, done.repeated) == (2, 4, False)

    async def test_a_stream_is_read_oldest_first_and_alone(self, journal: Journal) -> None:
        await journal.append(an_append("note-1", events=2))
        await journal.append(an_append("note-2"))
        assert [row.version for row in await journal.read_stream("note-1")] == [1, 2]
        assert list(await journal.read_stream("note-unknown")) == []

    async def test_of_what_is_overtaken_only_the_newest_is_read(self, journal: Journal) -> None:
        told = ["list.v1", "note.v1", "list.v1", "draft.v1", "note.v1", "list.v1", "note.v1"]
        for stream in ("note-1", "note-2"):
            for at, name in enumerate(told):
                await journal.append(an_append(stream, at=at, name=name))

        async def versions(stream: str, *overtaken: str) -> list[int]:
            rows = await journal.read_stream(stream, overtaken=overtaken)
            assert {row.stream for row in rows} <= {stream}
            return [row.version for row in rows]

        read = await asyncio.gather(
            versions("note-1", "list.v1"),
            versions("note-2", "list.v1"),
            versions("note-2", "draft.v1"),
            versions("note-1", "list.v1", "draft.v1"),
            versions("note-1", "other.v1"),
            versions("note-unknown", "list.v1"),
        )
        whole = [1, 2, 3, 4, 5, 6, 7]
        alone = [2, 4, 5, 6, 7]
        assert [*read] == [alone, alone, whole, [2, 5, 6, 7], whole, []]

    async def test_the_last_event_of_a_stream_is_read_alone(self, journal: Journal) -> None:
        await journal.append(an_append("note-1", events=3))
        await journal.append(an_append("note-2"))
        assert [(row.stream, row.version) for row in await journal.read_last("note-1")] == [
            ("note-1", 3)
        ]
        assert list(await journal.read_last("note-unknown")) == []

    async def test_reading_goes_on_behind_a_position(self, journal: Journal) -> None:
        await journal.append(an_append("note-1", events=5))
        assert [r.position for r in await journal.read_after(2, limit=2)] == [3, 4]
        assert list(await journal.read_after(5, limit=2)) == []

    async def test_an_event_is_found_by_its_id(self, journal: Journal) -> None:
        await journal.append(an_append("note-1", events=2))
        (_, second) = await journal.read_stream("note-1")
        assert await journal.find(second.event_id) == second
        assert await journal.find(uuid4()) is None

    async def test_another_expected_version_is_a_conflict(self, journal: Journal) -> None:
        await journal.append(an_append("note-1"))
        with pytest.raises(Conflict) as caught:
            await journal.append(an_append("note-1"))
        assert (caught.value.stream, caught.value.expected, caught.value.actual) == ("note-1", 0, 1)

    async def test_a_conflict_burns_no_position(self, journal: Journal) -> None:
        await journal.append(an_append("note-1"))
        with pytest.raises(Conflict):
            await journal.append(an_append("note-1"))
        done = await journal.append(an_append("note-2"))
        assert done.first_position == 2

    async def test_a_conflict_harms_no_neighbour(self, journal: Journal) -> None:
        await journal.append(an_append("note-1"))
        asked = [an_append("note-1"), *(an_append(f"note-{n}") for n in range(2, 12))]
        answers = await asyncio.gather(
            *(journal.append(append) for append in asked), return_exceptions=True
        )
        assert isinstance(answers[0], Conflict)
        assert not [answer for answer in answers[1:] if isinstance(answer, BaseException)]
        assert await journal.last_position() == 11

    async def test_several_streams_are_written_together_or_not_at_all(
        self, journal: Journal
    ) -> None:
        await journal.append(an_append("note-1"))
        with pytest.raises(Conflict):
            await journal.append(an_append("note-2", "note-1"))
        assert list(await journal.read_stream("note-2")) == []
        await journal.append(an_append("note-3", "note-4"))
        assert await journal.last_position() == 3

    async def test_the_same_key_gives_the_same_answer(self, journal: Journal) -> None:
        first = await journal.append(an_append("note-1", key="k", events=2))
        await journal.append(an_append("note-2"))
        again = await journal.append(an_append("note-1", key="k", events=2))
        assert again.repeated
        assert (again.first_position, again.last_position) == (
            first.first_position,
            first.last_position,
        )
        assert await journal.last_position() == 3

    @pytest.mark.parametrize("other", [{"body": b"other"}, {"target": "POST /others"}])
    async def test_the_same_key_for_another_command_is_refused(
        self, journal: Journal, other: dict[str, object]
    ) -> None:
        await journal.append(an_append("note-1", key="k"))
        with pytest.raises(KeyReused):
            await journal.append(an_append("note-2", key="k", **other))  # type: ignore[arg-type]
        assert await journal.last_position() == 1

    async def test_fifty_at_once_under_one_key_are_one_event(self, journal: Journal) -> None:
        answers = await asyncio.gather(
            *(journal.append(an_append("note-1", key="k")) for _ in range(50))
        )
        assert {(a.first_position, a.last_position) for a in answers} == {(1, 1)}
        assert sum(not a.repeated for a in answers) == 1
        assert await journal.last_position() == 1

    async def test_a_decision_without_events_is_remembered(self, journal: Journal) -> None:
        done = await journal.append(an_append("note-1", key="k", events=0))
        assert (done.first_position, done.last_position, done.repeated) == (None, None, False)
        assert (await journal.append(an_append("note-1", key="k", events=0))).repeated
        assert await journal.asked_before("clerk", "k") is not None

    async def test_a_decision_without_events_still_asserts_its_version(
        self, journal: Journal
    ) -> None:
        await journal.append(an_append("note-1"))
        with pytest.raises(Conflict):
            await journal.append(an_append("note-1", events=0))

    async def test_what_was_asked_is_found_by_actor_and_key(self, journal: Journal) -> None:
        await journal.append(an_append("note-1", key="k", body=b"hash"))
        found = await journal.asked_before("clerk", "k")
        assert found is not None
        target, body, done = found
        assert (target, body, done.first_position, done.repeated) == (
            "POST /notes",
            b"hash",
            1,
            True,
        )
        assert await journal.asked_before("someone-else", "k") is None

    async def test_recorded_times_never_run_backwards(
        self, journal: Journal, clock: SimulatedClock
    ) -> None:
        await journal.append(an_append("note-1"))
        clock.advance(timedelta(hours=-1))
        await journal.append(an_append("note-2"))
        clock.advance(timedelta(hours=2))
        await journal.append(an_append("note-3"))
        times = [row.recorded_at for row in await journal.read_after(0, limit=10)]
        assert times == [NOON, NOON, NOON + timedelta(hours=1)]

    async def test_who_is_on_duty_records(self, journal: Journal, take_over: TakeOver) -> None:
        on_duty = await take_over("counting")
        done = await journal.append(an_append("note-1", on_duty=on_duty))
        assert (done.first_position, done.repeated) == (1, False)

    async def test_who_is_relieved_records_nothing_and_harms_no_neighbour(
        self, journal: Journal, take_over: TakeOver
    ) -> None:
        before, now = await take_over("counting"), await take_over("counting")
        answers = await asyncio.gather(
            journal.append(an_append("note-1", on_duty=before)),
            journal.append(an_append("note-2", on_duty=now)),
            journal.append(an_append("note-3")),
            return_exceptions=True,
        )
        assert [isinstance(answer, Relieved) for answer in answers] == [True, False, False]
        assert list(await journal.read_stream("note-1")) == []
        assert await journal.last_position() == 2

    async def test_who_is_relieved_asserts_nothing_either(
        self, journal: Journal, take_over: TakeOver
    ) -> None:
        before = await take_over("counting")
        await take_over("counting")
        with pytest.raises(Relieved):
            await journal.append(an_append("note-1", key="k", events=0, on_duty=before))
        assert await journal.asked_before("clerk", "k") is None

    async def test_what_was_recorded_in_time_is_answered_for_good(
        self, journal: Journal, take_over: TakeOver
    ) -> None:
        on_duty = await take_over("counting")
        await journal.append(an_append("note-1", key="k", on_duty=on_duty))
        await take_over("counting")
        assert (await journal.append(an_append("note-1", key="k", on_duty=on_duty))).repeated

    async def test_each_duty_is_taken_over_alone(
        self, journal: Journal, take_over: TakeOver
    ) -> None:
        counting = await take_over("counting")
        await take_over("sorting")
        await journal.append(an_append("note-1", on_duty=counting))
        with pytest.raises(Relieved):
            await journal.append(an_append("note-2", on_duty=OnDuty("resting", 1)))


class KeyringSuite:
    """Subclasses give a fixture `keyring`."""

    async def test_a_person_keeps_the_same_key(self, keyring: Keyring) -> None:
        made = await keyring.make(["t-1", "t-2"])
        assert len(set(made.values())) == 2
        assert await keyring.make(["t-1"]) == {"t-1": made["t-1"]}
        assert await keyring.find(["t-1", "t-2"]) == made

    async def test_nobody_unknown_has_a_key(self, keyring: Keyring) -> None:
        assert await keyring.find(["t-1"]) == {}

    async def test_many_at_once_make_one_key(self, keyring: Keyring) -> None:
        made = await asyncio.gather(*(keyring.make(["t-1"]) for _ in range(10)))
        assert len({keys["t-1"] for keys in made}) == 1

    async def test_a_forgotten_person_has_no_key_and_gets_no_other(self, keyring: Keyring) -> None:
        await keyring.make(["t-1", "t-2"])
        await keyring.destroy("t-1")
        assert await keyring.find(["t-1"]) == {}
        assert set(await keyring.make(["t-1", "t-2"])) == {"t-2"}

    async def test_someone_can_be_forgotten_before_being_known(self, keyring: Keyring) -> None:
        await keyring.destroy("t-1")
        assert await keyring.make(["t-1"]) == {}
