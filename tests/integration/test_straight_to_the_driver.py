"""The kernel's own statements pass SQLAlchemy by, and what is promised of a commit still holds."""

from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

import asyncpg
import pytest
from sqlalchemy import ARRAY, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import PoolProxiedConnection, _ConnectionFairy

from events.sourcing import kept
from events.sourcing.database import open_engine, operator_url, service_url
from events.sourcing.direct import ask, at_once, transaction
from events.sourcing.kernel_tables import checkpoint
from tests.support.kernel import Workplace

BEGIN = text(
    "INSERT INTO checkpoint (reader, topic, partition, next_offset)"
    " SELECT *, 'journal', 0, 0 FROM unnest(:readers)"
).bindparams(bindparam("readers", type_=ARRAY(Text)))
STANDING = text("SELECT reader, next_offset FROM checkpoint ORDER BY reader")
BY_SQLALCHEMY = insert(checkpoint).values(reader="c", topic="journal", partition=0, next_offset=3)


class Broken(Exception):
    """Something else went wrong meanwhile."""


@pytest.fixture
def engine(place: Workplace) -> AsyncEngine:
    """Without transactions that begin by themselves."""
    return place.kernel().engine.execution_options(isolation_level="AUTOCOMMIT")


async def readers(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return [*await connection.scalars(select(checkpoint.c.reader).order_by("reader"))]


async def _begin_three(connection: AsyncConnection) -> None:
    assert await ask(connection, BEGIN, {"readers": ["a", "b"]}) == []
    await connection.execute(BY_SQLALCHEMY)
    assert [tuple(row) for row in await ask(connection, STANDING, {})] == [
        ("a", 0),
        ("b", 0),
        ("c", 3),
    ]


async def _break_off(opening: AbstractAsyncContextManager[AsyncConnection]) -> None:
    async with opening as connection:
        await _begin_three(connection)
        raise Broken


async def _twice(connection: AsyncConnection) -> None:
    async with connection.begin_nested():
        await connection.execute(BY_SQLALCHEMY)
        await connection.execute(BY_SQLALCHEMY)


async def test_what_goes_either_way_is_committed_together(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await _begin_three(connection)
        assert await readers(engine) == []
    assert await readers(engine) == ["a", "b", "c"]


async def test_what_goes_either_way_is_taken_back_together(engine: AsyncEngine) -> None:
    with pytest.raises(Broken):
        await _break_off(transaction(engine))
    assert await readers(engine) == []


async def test_without_the_transaction_it_would_have_stayed(engine: AsyncEngine) -> None:
    with pytest.raises(Broken):
        await _break_off(engine.connect())
    assert await readers(engine) == ["a", "b", "c"]


async def test_a_part_is_taken_back_alone(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await ask(connection, BEGIN, {"readers": ["a"]})
        with pytest.raises(DBAPIError):
            await _twice(connection)
    assert await readers(engine) == ["a"]


async def test_where_sqlalchemy_begins_it_is_part_of_that(place: Workplace) -> None:
    engine = place.kernel().engine
    with pytest.raises(Broken):
        await _break_off(engine.begin())
    assert await readers(engine) == []
    async with engine.begin() as connection:
        await _begin_three(connection)
    assert await readers(engine) == ["a", "b", "c"]


async def test_one_statement_alone_is_committed_at_once(engine: AsyncEngine) -> None:
    assert await at_once(engine, BEGIN, {"readers": ["a"]}) == []
    assert [tuple(row) for row in await at_once(engine, STANDING, {})] == [("a", 0)]


async def test_what_is_sealed_is_not_searched_for_something_to_make_smaller(
    place: Workplace, engine: AsyncEngine
) -> None:
    async with engine.connect() as connection:
        stored = await connection.scalar(
            text(
                "SELECT attstorage::text FROM pg_attribute"
                " WHERE attrelid = 'journal'::regclass AND attname = 'payload'"
            )
        )
    assert stored == "e"


async def _cut(engine: AsyncEngine, place: Workplace) -> None:
    """Close a connection that the pool keeps from the other side, and wait until it was heard."""
    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
    operator = await asyncpg.connect(operator_url(place.server_url, service=place.service))
    try:
        await operator.execute(f"SELECT pg_terminate_backend({raw.get_server_pid()})")
        while not raw.is_closed():
            await operator.execute("SELECT 1")
    finally:
        await operator.close()


async def _answers(engine: AsyncEngine) -> object:
    async with engine.connect() as connection:
        return await connection.scalar(text("SELECT 1"))


async def test_a_connection_that_was_cut_is_replaced_before_anybody_uses_it(
    place: Workplace,
) -> None:
    engine = place.kernel().engine
    await _cut(engine, place)
    assert await _answers(engine) == 1
    unwatched = create_async_engine(engine.url)
    try:
        await _cut(unwatched, place)
        with pytest.raises(DBAPIError):
            await _answers(unwatched)
    finally:
        await unwatched.dispose()


async def test_one_that_lay_still_is_asked_first_and_one_just_used_is_not(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(service_url(place.server_url, service=place.service, role="app"))
    asked = list[Any]()
    ping = engine.dialect.do_ping

    def noted(connection: Any) -> bool:
        asked.append(connection)
        return ping(connection)

    monkeypatch.setattr(engine.dialect, "do_ping", noted)
    moments = iter([0.0, 5.0, 10.1, 10.2])
    monkeypatch.setattr(kept, "monotonic", lambda: next(moments))
    try:
        for so_far in (0, 0, 1, 1):
            assert await _answers(engine) == 1
            assert len(asked) == so_far
    finally:
        await engine.dispose()


@pytest.mark.parametrize("by_the_driver", [True, False])
async def test_one_that_does_not_answer_when_it_is_asked_is_replaced(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, by_the_driver: bool
) -> None:
    engine = open_engine(service_url(place.server_url, service=place.service, role="app"))
    monkeypatch.setattr(kept, "STILL_SECONDS", -1.0)
    try:
        assert await _answers(engine) == 1
        said = engine.dialect.loaded_dbapi.InterfaceError if by_the_driver else ConnectionError
        dead = iter([said("it hung up")])
        ping = engine.dialect.do_ping

        def fail_once(connection: Any) -> bool:
            for failure in dead:
                raise failure
            return ping(connection)

        monkeypatch.setattr(engine.dialect, "do_ping", fail_once)
        assert await _answers(engine) == 1
        assert next(dead, None) is None
    finally:
        await engine.dispose()


async def answered_after_a_cut(place: Workplace) -> int:
    """How many of two statements are answered on a pool that nobody watches, after a cut."""
    unwatched = create_async_engine(place.kernel().engine.url, pool_size=1)
    single = unwatched.execution_options(isolation_level="AUTOCOMMIT")
    answered = 0
    try:
        await _cut(single, place)
        for _ in range(2):
            with suppress(asyncpg.InterfaceError, asyncpg.PostgresError, OSError):
                answered += len(await at_once(single, text("SELECT 1"), {}))
    finally:
        await unwatched.dispose()
    return answered


async def test_a_line_that_turned_out_to_be_cut_is_not_given_back(place: Workplace) -> None:
    assert await answered_after_a_cut(place) == 1


async def test_given_back_as_it_is_it_would_fail_the_next_one_too(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_it_is(self: PoolProxiedConnection) -> None:
        """Nobody looks how it stands."""

    monkeypatch.setattr(_ConnectionFairy, "invalidate", as_it_is)
    assert await answered_after_a_cut(place) == 0
