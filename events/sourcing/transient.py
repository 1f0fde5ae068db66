"""Which failures pass by themselves, so that waiting is the remedy and parking is not."""

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg
from sqlalchemy.exc import DBAPIError

from events.sourcing.types import Conflict, Overloaded, Relieved

T = TypeVar("T")

PASSING_CLASSES = {"08", "40", "53", "55", "57"}
"""SQLSTATE classes: connection, rollback, resources, not in the needed state, operator."""
PASSING_NAMES = {
    "InterfaceError",
    "InternalClientError",
    "TransportError",
    "ConnectError",
    "ConnectTimeout",
    "ReadError",
    "ReadTimeout",
    "RemoteProtocolError",
}
"""What asyncpg and HTTP clients raise where a connection is gone."""

OF_DATABASES = (
    DBAPIError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    ConnectionError,
    socket.gaierror,
)
"""What is raised where a database is away, or full, or starts again."""

TRIES = 8
FIRST_PAUSE_SECONDS = 0.05
CLOSE_SECONDS = 10.0


def is_transient(failure: BaseException) -> bool:
    """Whether the same thing may well succeed a moment later."""
    if isinstance(failure, Conflict | Overloaded | Relieved | TimeoutError):
        return True
    return is_connection_lost(failure)


def is_connection_lost(failure: BaseException) -> bool:
    """Whether a statement's answer may have been lost; the drivers report it in several ways."""
    if isinstance(failure, DBAPIError):
        if failure.connection_invalidated:
            return True
        failure = failure.orig or failure
    if isinstance(failure, OSError):
        return True
    names = {kind.__name__ for kind in type(failure).__mro__}
    return _class(failure) in PASSING_CLASSES or not names.isdisjoint(PASSING_NAMES)


async def surely(attempt: Callable[[], Awaitable[T]]) -> T:
    """Try again while connections are lost, some seconds long; `attempt` must bear being repeated.

    It bridges a restart of the database and connections that one left behind in a pool.
    """
    pause = FIRST_PAUSE_SECONDS
    for _ in range(TRIES - 1):
        try:
            return await attempt()
        except Exception as failure:
            if not is_connection_lost(failure):
                raise
        await asyncio.sleep(jittered(pause))
        pause *= 2
    return await attempt()


def jittered(seconds: float) -> float:
    """About as long, but never in step with others."""
    return seconds * random.uniform(0.5, 1.5)  # noqa: S311 - it spreads load, it guards nothing


def _class(failure: object) -> str:
    return str(getattr(failure, "sqlstate", None) or "")[:2]


async def let_go(closing: Awaitable[object]) -> None:
    """Close something on the way out, in time and without a word.

    What cannot be closed ends by itself at the other side; an error here would hide that whoever
    holds it was told to stop.
    """
    ending = asyncio.ensure_future(closing)
    ending.add_done_callback(looked_at)
    await asyncio.wait([ending], timeout=CLOSE_SECONDS)


def looked_at(future: "asyncio.Future[Any]") -> None:
    """However it ended, nobody needs to hear of it again."""
    if not future.cancelled():
        future.exception()


def called_off() -> bool:
    """Whether the task that asks was told to stop.

    A `CancelledError` in a task that was not is a library's own, of something it gave up itself: a
    failure like any other. Loops that must not end look here before they believe it.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
