"""Taking a duty over, as another process of the service would."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.types import OnDuty

TakeOver: TypeAlias = Callable[[str], Awaitable[OnDuty]]

_TAKE_OVER = text(
    "INSERT INTO duty (name, token) VALUES (:name, 1)"
    " ON CONFLICT (name) DO UPDATE SET token = duty.token + 1 RETURNING token"
)


def by_its_row(engine: AsyncEngine) -> TakeOver:
    """Whoever had it before is relieved."""

    async def take_over(name: str) -> OnDuty:
        async with engine.begin() as connection:
            row = (await connection.execute(_TAKE_OVER, {"name": name})).first()
        assert row is not None
        return OnDuty(name, row.token)

    return take_over
