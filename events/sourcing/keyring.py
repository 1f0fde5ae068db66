"""The people's keys in PostgreSQL, wrapped by a key-encryption key that stays outside it."""

from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock
from events.sourcing.kernel_tables import subject_key
from events.sourcing.sealing import Keys, new_key

CACHE_LIMIT = 50_000


def read_kek(path: Path) -> bytes:
    """The key-encryption key: a file of 32 bytes."""
    key = path.read_bytes()
    if len(key) != 32:
        raise ValueError(f"{path} must hold exactly 32 bytes, not {len(key)}")
    return key


class PostgresKeyring:
    """Keys wrapped by AES key wrap (RFC 3394); opened ones are remembered in this process."""

    def __init__(self, engine: AsyncEngine, *, kek: bytes, clock: Clock) -> None:
        self._engine = engine
        self._kek = kek
        self._clock = clock
        self._open: dict[str, bytes] = {}

    async def make(self, subjects: Iterable[str]) -> Keys:
        """The keys of these people, made where there were none."""
        wanted = set(subjects)
        missing = wanted - (await self.find(wanted)).keys()
        if missing:
            rows = [{"subject": s, "wrapped": aes_key_wrap(self._kek, new_key())} for s in missing]
            async with self._engine.begin() as connection:
                await connection.execute(insert(subject_key).values(rows).on_conflict_do_nothing())
        return await self.find(wanted)

    async def find(self, subjects: Iterable[str]) -> Keys:
        """The keys that exist; a forgotten person has none."""
        wanted = set(subjects)
        unknown = wanted - self._open.keys()
        if unknown:
            await self._load(unknown)
        return {s: self._open[s] for s in wanted if s in self._open}

    async def destroy(self, subject: str) -> None:
        """Forget a person: nothing sealed for them can be read again."""
        async with self._engine.begin() as connection:
            await connection.execute(
                insert(subject_key)
                .values(subject=subject, wrapped=None, destroyed_at=self._clock())
                .on_conflict_do_update(
                    index_elements=["subject"],
                    set_={"wrapped": None, "destroyed_at": self._clock()},
                )
            )
        self._open.pop(subject, None)

    async def _load(self, subjects: set[str]) -> None:
        if len(self._open) > CACHE_LIMIT:
            self._open.clear()
        query = select(subject_key.c.subject, subject_key.c.wrapped).where(
            subject_key.c.subject.in_(subjects), subject_key.c.wrapped.is_not(None)
        )
        async with self._engine.connect() as connection:
            for subject, wrapped in await connection.execute(query):
                self._open[subject] = aes_key_unwrap(self._kek, wrapped)
