"""Connections that were kept in a pool: one that was cut is replaced before anybody uses it."""

from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy import Dialect, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from events.sourcing.transient import OF_DATABASES

STILL_SECONDS = 5.0
"""What nobody took for so long is asked first: a line may go dead without a word."""

_TAKEN = "taken at"


def replace_cut(engine: AsyncEngine) -> None:
    """Look at each connection before it is used, without a trip to the server.

    The driver hears when the other side hangs up. Where one was cut, so were most likely the
    others: all of that time are replaced.
    """
    event.listen(engine.sync_engine, "checkout", partial(_look, engine.dialect))


def _look(dialect: Dialect, connection: Any, entry: ConnectionPoolEntry, _: Any) -> None:
    """Raises what makes the pool open others."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError
    now = monotonic()
    taken, entry.info[_TAKEN] = entry.info.get(_TAKEN, now), now
    try:
        if now - taken > STILL_SECONDS:
            dialect.do_ping(connection)
    except (*OF_DATABASES, dialect.loaded_dbapi.Error) as cut:
        raise InvalidatePoolError from cut
