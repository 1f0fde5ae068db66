"""A lease: what one process of a service may do at a time, and a token that fences those before."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.clock import elapsed
from events.sourcing.direct import at_once

LEASE = timedelta(seconds=10)
RENEW_SECONDS = LEASE.total_seconds() / 4


class LostLease(Exception):
    """Another process took over, and may have gone on with what this one had begun."""


class Lease:
    """A row with `token` and `leased_until`, in `table` at the row that `where` names.

    The database's clock says when a lease ends, and the token whose it is: who was paused past it
    finds another token there. `values` fill what `where` leaves open.
    """

    def __init__(self, engine: AsyncEngine, table: str, where: str, **values: str) -> None:
        self._engine = engine
        self._values = values
        ours = f"{where} AND token = :token"
        self._claim = text(
            f"UPDATE {table} SET token = token + 1, leased_until = clock_timestamp() + :lease"  # noqa: S608 - names of ours
            f" WHERE {where} AND leased_until < clock_timestamp() RETURNING token"
        )
        self._renew = text(
            f"UPDATE {table} SET leased_until = clock_timestamp() + :lease WHERE {ours}"  # noqa: S608 - names of ours
        )
        self._release = text(f"UPDATE {table} SET leased_until = '-infinity' WHERE {ours}")  # noqa: S608 - names of ours
        self._holds = text(f"SELECT token FROM {table} WHERE {ours}")  # noqa: S608 - names of ours

    @property
    def length(self) -> timedelta:
        """How long it lasts from now on, wherever it is renewed."""
        return LEASE

    def is_due(self, renewed: float) -> bool:
        """Whether it is time to renew what was renewed at that moment (see `elapsed`)."""
        return elapsed() - renewed > RENEW_SECONDS

    async def claim(self, connection: AsyncConnection) -> int | None:
        """The token of whoever has it from now on; `None` while another one holds it."""
        asked = {"lease": LEASE, **self._values}
        row = (await connection.execute(self._claim, asked)).first()
        return None if row is None else int(row.token)

    async def renew(self, token: int) -> None:
        """Keep it a while longer; raises `LostLease` where it passed on."""
        asked = {"lease": LEASE, "token": token, **self._values}
        async with self._engine.begin() as connection:
            renewed = await connection.execute(self._renew, asked)
        if renewed.rowcount != 1:
            raise LostLease

    async def release(self, token: int) -> None:
        """Let the next one have it at once; nothing, where it passed on."""
        async with self._engine.begin() as connection:
            await connection.execute(self._release, {"token": token, **self._values})

    async def holds(self, token: int) -> bool:
        """Whether it is still held under this token."""
        found = await at_once(self._engine, self._holds, {"token": token, **self._values})
        return bool(found)
