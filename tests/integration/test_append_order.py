"""Whoever follows the journal by its position sees every event, once, in order."""

import asyncio
from typing import Any

import asyncpg
from sqlalchemy import text

from events.sourcing.store import PostgresJournal
from tests.support.kernel import Workplace, an_append, until, workplace

CALL = "link_of("
NAIVE = "CREATE TABLE naive (position bigint GENERATED ALWAYS AS IDENTITY, writer text)"
ONE_EVENT = """
SELECT outcome FROM append_batch(
    now(), '{clerk}', '{slow}', '{t}', ARRAY[''::bytea], '{1}', '{note-slow}', '{0}',
    '{1}', '{note-slow}', '{1}', ARRAY[gen_random_uuid()], '{a.b.v1}',
    ARRAY['{}'::bytea], ARRAY['{}'::bytea]
)
"""


async def _waits_for_its_turn(connection: asyncpg.Connection) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return bool(await connection.fetchval(waiting))


async def test_without_turns_a_follower_loses_the_slower_writer(postgres_url: str) -> None:
    """The negative control: an ordinary identity column, read behind the highest position seen."""
    async with workplace(postgres_url) as place, place.connected() as slow:
        await slow.execute(NAIVE)
        begun = slow.transaction()
        await begun.start()
        await slow.execute("INSERT INTO naive (writer) VALUES ('slow')")
        await place.fetch("INSERT INTO naive (writer) VALUES ('fast')")
        seen = await place.fetch("SELECT * FROM naive WHERE position > 0")
        await begun.commit()
        later = await place.fetch("SELECT * FROM naive WHERE position > $1", seen[-1]["position"])
        assert [row["writer"] for row in [*seen, *later]] == ["fast"]


async def test_with_turns_the_faster_writer_waits_and_nothing_is_lost(postgres_url: str) -> None:
    async with (
        workplace(postgres_url) as place,
        place.connected() as slow,
        place.connected() as watch,
    ):
        journal = place.kernel().journal
        begun = slow.transaction()
        await begun.start()
        assert await slow.fetchval(ONE_EVENT) == "appended"
        fast = asyncio.create_task(journal.append(an_append("note-fast")))
        await until(lambda: _waits_for_its_turn(watch))
        seen = await journal.read_after(0, limit=10)
        await begun.commit()
        await fast
        later = await journal.read_after(seen[-1].position if seen else 0, limit=10)
        assert [row.stream for row in [*seen, *later]] == ["note-slow", "note-fast"]


async def test_several_processes_append_and_a_follower_misses_nothing(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        journals = [place.kernel().journal for _ in range(3)]
        following = asyncio.create_task(_follow(place.kernel().journal, events=900))
        await asyncio.gather(
            *(
                _write(journal, f"note-{writer}-{lane}")
                for writer, journal in enumerate(journals)
                for lane in range(10)
            )
        )
        seen = await following
        assert [position for position, _, _ in seen] == list(range(1, 901))
        for stream in {stream for _, stream, _ in seen}:
            assert [v for _, s, v in seen if s == stream] == list(range(1, 31))


async def _write(journal: PostgresJournal, stream: str) -> None:
    for version in range(30):
        await journal.append(an_append(stream, at=version))


async def _follow(journal: PostgresJournal, *, events: int) -> list[tuple[int, str, int]]:
    seen: list[tuple[int, str, int]] = []
    async with asyncio.timeout(60):
        while len(seen) < events:
            rows = await journal.read_after(seen[-1][0] if seen else 0, limit=50)
            seen += [(row.position, row.stream, row.version) for row in rows]
    return seen


async def test_one_stream_written_by_several_processes_has_one_winner_for_each_version(
    postgres_url: str,
) -> None:
    async with workplace(postgres_url) as place:
        journals = [place.kernel().journal for _ in range(3)]
        for version in range(10):
            answers = await asyncio.gather(
                *(journal.append(an_append("note-1", at=version)) for journal in journals),
                return_exceptions=True,
            )
            assert sum(not isinstance(answer, Exception) for answer in answers) == 1
        assert await journals[0].last_position() == 10


async def test_each_row_is_tied_to_all_before_it(postgres_url: str) -> None:
    async with workplace(postgres_url) as place:
        await asyncio.gather(
            *(place.kernel().journal.append(an_append(f"note-{n}", events=2)) for n in range(5))
        )
        assert await _broken_links(place) == []
        async with place.connected() as owner:
            await owner.execute("UPDATE journal SET payload = '{\"a\":1}' WHERE position = 4")
        assert await _broken_links(place) == [4]


async def _broken_links(place: Workplace) -> list[int]:
    engine: Any = place.kernel().engine
    statement = text("""
        SELECT position FROM (
            SELECT *, lag(link, 1, ''::bytea) OVER (ORDER BY position) AS before FROM journal
        ) AS j
        WHERE link <> link_of(
            before, position, stream, version, event_id, name, payload, metadata, recorded_at
        )
    """)
    async with engine.connect() as connection:
        return list(await connection.scalars(statement))


async def test_a_link_is_made_within_the_statement_and_not_by_a_call_for_each_row(
    postgres_url: str,
) -> None:
    async with workplace(postgres_url) as place, place.connected() as owner:
        assert CALL not in await _plan_of_links(owner)
        await owner.execute("ALTER FUNCTION link_of IMMUTABLE")
        assert CALL in await _plan_of_links(owner)  # The control: it promised more than it may.


async def _plan_of_links(owner: asyncpg.Connection) -> str:
    rows = await owner.fetch(
        "EXPLAIN (VERBOSE) SELECT link_of(link, position, stream, version, event_id, name, payload,"
        " metadata, recorded_at) FROM journal"
    )
    return "\n".join(row["QUERY PLAN"] for row in rows)
