"""Wraps people's keys anew under the current key-encryption key, while the service goes on."""

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.sourcing.kek import KeyEncryption, Wrapped
from events.sourcing.kernel_tables import subject_key

BATCH = 500


async def rewrap(engine: AsyncEngine, kek: KeyEncryption) -> int:
    """How many keys were under another key-encryption key and are now under the current one.

    A crash costs one batch, which is then wrapped again. Who is forgotten meanwhile stays so.
    """
    wrapped = 0
    while True:
        async with engine.begin() as connection:
            found = await _rewrap_some(connection, kek)
        if not found:
            return wrapped
        wrapped += found


async def count_others(engine: AsyncEngine, kek: KeyEncryption) -> int:
    """How many keys still need another key-encryption key than the current one."""
    counted = _others(await kek.current()).with_only_columns(func.count())
    async with engine.connect() as connection:
        return int(await connection.scalar(counted) or 0)


async def _rewrap_some(connection: AsyncConnection, kek: KeyEncryption) -> int:
    some = _others(await kek.current()).order_by(subject_key.c.subject).limit(BATCH)
    rows = (await connection.execute(some.with_for_update())).all()
    keys = await kek.unwrap([Wrapped(row.kek, row.wrapped) for row in rows])
    for row, new in zip(rows, await kek.wrap(keys), strict=True):
        own = update(subject_key).where(subject_key.c.subject == row.subject)
        await connection.execute(own.values(wrapped=new.value, kek=new.kek))
    return len(rows)


def _others(current: str) -> Select[tuple[object, ...]]:
    return select(subject_key).where(
        subject_key.c.wrapped.is_not(None), subject_key.c.kek.is_distinct_from(current)
    )
