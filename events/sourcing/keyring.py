"""The people's keys in PostgreSQL, wrapped by a key-encryption key that stays outside it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock
from events.sourcing.gather import Gatherer
from events.sourcing.kernel_tables import subject_key
from events.sourcing.sealing import Keys, new_key

CACHE_LIMIT = 50_000
KEK_BYTES = 32


def read_kek(path: Path) -> bytes:
    """The key-encryption key: a file of 32 bytes."""
    key = path.read_bytes()
    if len(key) != KEK_BYTES:
        raise ValueError(f"{path} must hold exactly {KEK_BYTES} bytes, not {len(key)}")
    return key


class PostgresKeyring:
    """Keys wrapped by AES key wrap (RFC 3394); opened ones are remembered in this process."""

    def __init__(self, engine: AsyncEngine, *, kek: bytes, clock: Clock) -> None:
        self._engine = engine
        self._kek = kek
        self._clock = clock
        self._open: dict[str, bytes] = {}
        self._destroyed: set[str] = set()
        self._creations: Gatherer[frozenset[str], None] = Gatherer(self._create)
        self._searches: Gatherer[frozenset[str], Keys] = Gatherer(self._search)

    async def make(self, subjects: Iterable[str]) -> Keys:
        """The keys of these people, made where there were none; requests that wait share a trip."""
        wanted = frozenset(subjects)
        missing = wanted - self._open.keys()
        if missing:
            await self._creations.ask(missing)
        return await self.find(wanted)

    async def find(self, subjects: Iterable[str]) -> Keys:
        """The keys that exist; a forgotten person has none."""
        wanted = set(subjects)
        known = {s: self._open[s] for s in wanted if s in self._open}
        unknown = frozenset(wanted - known.keys())
        return {**known, **await self._searches.ask(unknown)} if unknown else known

    async def destroy(self, subject: str) -> None:
        """Forget a person: nothing sealed for them can be read again."""
        # From here on a look-up that is under way may not remember the key any more.
        self._destroyed.add(subject)
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

    async def _create(self, asked: Sequence[frozenset[str]]) -> list[None]:
        subjects = frozenset[str]().union(*asked)
        rows = [{"subject": s, "wrapped": aes_key_wrap(self._kek, new_key())} for s in subjects]
        made = insert(subject_key).values(rows).on_conflict_do_nothing()
        async with self._engine.begin() as connection:
            returning = made.returning(subject_key.c.subject, subject_key.c.wrapped)
            rows_made = (await connection.execute(returning)).all()
        self._unwrap(rows_made)
        return [None] * len(asked)

    async def _search(self, asked: Sequence[frozenset[str]]) -> list[Keys]:
        subjects = frozenset[str]().union(*asked)
        query = select(subject_key.c.subject, subject_key.c.wrapped).where(
            subject_key.c.subject.in_(subjects), subject_key.c.wrapped.is_not(None)
        )
        async with self._engine.connect() as connection:
            found = self._unwrap((await connection.execute(query)).all())
        return [{s: found[s] for s in wanted if s in found} for wanted in asked]

    def _unwrap(self, rows: Sequence[Any]) -> dict[str, bytes]:
        found = {
            subject: aes_key_unwrap(self._kek, wrapped)
            for subject, wrapped in rows
            if subject not in self._destroyed
        }
        if len(self._open) + len(found) > CACHE_LIMIT:
            self._open.clear()
        self._open.update(found)
        return found
