"""Appends survive lost answers, cut connections and bad neighbours; nothing is appended twice."""

import asyncio

import asyncpg
import pytest

from events.sourcing.appender import Appender
from events.sourcing.journal import Appended
from events.sourcing.types import Conflict
from tests.support.kernel import an_append, workplace
from tests.support.lost_answers import LosesAnswers

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND usename LIKE '%\\_app'
"""


async def test_an_append_whose_answer_was_lost_is_answered_by_look_up(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        journal = place.kernel().journal
        write = LosesAnswers(journal)
        appender = Appender(write)
        answers = await asyncio.gather(
            *(appender.append(an_append(f"note-{n}")) for n in range(20))
        )
        assert write.lost
        assert sorted(answer.first_position or 0 for answer in answers) == list(range(1, 21))
        assert await journal.last_position() == 20


async def test_connections_cut_under_load_lose_and_double_nothing(postgres_url: str) -> None:
    async with workplace(postgres_url) as place, place.superuser() as admin:
        journal = place.kernel().journal
        cuts = 0
        for round_ in range(10):
            *answers, cut = await asyncio.gather(
                *(journal.append(an_append(f"note-{round_}-{n}")) for n in range(20)),
                admin.fetch(CUT),
            )
            assert all(answer.first_position for answer in answers)
            cuts += len(cut)
        assert cuts
        assert await journal.last_position() == 200
        assert len(await journal.read_after(0, limit=1000)) == 200


async def test_an_append_that_the_database_cannot_take_fails_alone(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        journal = place.kernel().journal
        good = [an_append(f"note-{n}") for n in range(5)]
        answers = await asyncio.gather(
            *(journal.append(append) for append in [*good, an_append("note-\0")]),
            return_exceptions=True,
        )
        assert [isinstance(answer, Exception) for answer in answers] == [False] * 5 + [True]
        assert await journal.last_position() == 5


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET payload = ''",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "UPDATE command_log SET target = ''",
        "DELETE FROM command_log",
        "TRUNCATE command_log",
        "DROP TABLE journal",
        "ALTER TABLE journal ADD COLUMN more text",
    ],
)
async def test_the_application_may_only_append(postgres_url: str, statement: str) -> None:
    async with workplace(postgres_url) as place, place.connected("app") as application:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await application.execute(statement)


async def test_one_that_cannot_be_written_moves_none_of_its_neighbours(postgres_url: str) -> None:
    """Straight into the database: the appender would hide a shifted row by writing one by one."""
    async with workplace(postgres_url) as place:
        journal = place.kernel().journal
        await journal.append(an_append("note-taken"))
        late, fine = an_append("note-taken"), an_append("note-free", "note-also-free")
        outcomes = await journal._write([late, fine])
        assert isinstance(outcomes[0], Conflict)
        assert outcomes[1] == Appended(first_position=2, last_position=3, repeated=False)
        stored = await journal.read_after(1, limit=10)
        assert [(row.position, row.stream) for row in stored] == [
            (2, "note-free"),
            (3, "note-also-free"),
        ]
        assert [row.event_id for row in stored] == [event.event_id for event in fine.events]
