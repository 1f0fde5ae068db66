"""The people's keys in PostgreSQL, wrapped by a key-encryption key that stays outside it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, exists, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import Clock, elapsed
from events.sourcing.direct import at_once
from events.sourcing.gather import Gatherer
from events.sourcing.kek import FileKek, KeyEncryption, Wrapped
from events.sourcing.kernel_tables import erasure, subject_key
from events.sourcing.sealing import Keys, new_key

CACHE_LIMIT = 50_000
BELIEVED_SECONDS = 1.0
"""How long an opened key is used without asking whether another process destroyed it."""

_CREATE = text(
    "INSERT INTO subject_key (subject, wrapped, kek)"
    " SELECT made.subject, made.wrapped, made.kek"
    " FROM unnest(CAST(:subjects AS text[]), CAST(:wrapped AS bytea[]), CAST(:keks AS text[]))"
    " AS made (subject, wrapped, kek)"
    " WHERE NOT EXISTS (SELECT FROM erasure WHERE erasure.subject = made.subject)"
    " ON CONFLICT DO NOTHING RETURNING subject, wrapped, kek"
)
_SEARCH = text(
    "SELECT subject, wrapped, kek FROM subject_key"
    " WHERE subject = ANY(:subjects) AND wrapped IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM erasure WHERE erasure.subject = subject_key.subject)"
).bindparams(bindparam("subjects", type_=ARRAY(Text)))
_forgotten = exists().where(erasure.c.subject == subject_key.c.subject)


def read_kek(path: Path) -> KeyEncryption:
    """The key-encryption keys in a file; raises `ValueError` where it holds none."""
    return FileKek(path)


@dataclass(frozen=True, slots=True)
class _Open:
    key: bytes
    wrapped: Wrapped
    until: float


class PostgresKeyring:
    """Wrapped keys; opened ones are remembered in this process, and believed for a moment.

    Who is in the table `erasure` has no key and gets none, also where an older copy of the keys
    was restored. `single` is for single statements (`open_journal_engine`).
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        single: AsyncEngine,
        kek: KeyEncryption,
        clock: Clock,
        elapsed: Callable[[], float] = elapsed,
    ) -> None:
        self._engine = engine
        self._single = single
        self._kek = kek
        self._clock = clock
        self._elapsed = elapsed
        self._open: dict[str, _Open] = {}
        self._destroyed: set[str] = set()
        self._creations: Gatherer[frozenset[str], None] = Gatherer(self._create)
        self._searches: Gatherer[frozenset[str], Keys] = Gatherer(self._search)

    async def make(self, subjects: Iterable[str]) -> Keys:
        """The keys of these people, made where there were none; requests that wait share a trip."""
        wanted = frozenset(subjects)
        # Not by a difference of sets: that would walk all the keys that are open.
        missing = frozenset([subject for subject in wanted if subject not in self._open])
        if missing:
            await self._creations.ask(missing)
        return await self.find(wanted)

    async def find(self, subjects: Iterable[str]) -> Keys:
        """The keys that exist; a forgotten person has none."""
        now = self._elapsed()
        wanted = set(subjects)
        known = {s: o.key for s in wanted if (o := self._open.get(s)) and now < o.until}
        unknown = frozenset(wanted - known.keys())
        return {**known, **await self._searches.ask(unknown)} if unknown else known

    async def destroy(self, subject: str) -> None:
        """Forget a person: nothing sealed for them can be read again."""
        self._let_go([subject])
        async with self._engine.begin() as connection:
            await connection.execute(
                insert(subject_key)
                .values(subject=subject, wrapped=None, destroyed_at=self._clock())
                .on_conflict_do_update(
                    index_elements=["subject"],
                    set_={"wrapped": None, "kek": None, "destroyed_at": self._clock()},
                )
            )
        self._let_go([subject])

    async def destroy_again(self) -> int:
        """Destroy the keys that are here though their people are forgotten; how many there were.

        They come back when an older copy of the keys is restored.
        """
        living = update(subject_key).where(subject_key.c.wrapped.is_not(None), _forgotten)
        gone = living.values(wrapped=None, kek=None, destroyed_at=self._clock())
        async with self._engine.begin() as connection:
            rows = await connection.scalars(gone.returning(subject_key.c.subject))
            subjects = list(rows)
        self._let_go(subjects)
        return len(subjects)

    def _let_go(self, subjects: Iterable[str]) -> None:
        """A look-up that is under way may not remember these keys any more."""
        for subject in subjects:
            self._destroyed.add(subject)
            self._open.pop(subject, None)

    async def _create(self, asked: Sequence[frozenset[str]]) -> list[None]:
        subjects = sorted(frozenset[str]().union(*asked))
        wrapped = await self._kek.wrap([new_key() for _ in subjects])
        made = {
            "subjects": subjects,
            "wrapped": [one.value for one in wrapped],
            "keks": [one.kek for one in wrapped],
        }
        async with self._engine.begin() as connection:
            rows = (await connection.execute(_CREATE, made)).all()
        await self._unwrap(rows)
        return [None] * len(asked)

    async def _search(self, asked: Sequence[frozenset[str]]) -> list[Keys]:
        subjects = frozenset[str]().union(*asked)
        rows = await at_once(self._single, _SEARCH, {"subjects": sorted(subjects)})
        found = await self._unwrap(rows)
        for gone in subjects - found.keys():
            self._open.pop(gone, None)
        return [{s: found[s] for s in wanted if s in found} for wanted in asked]

    async def _unwrap(self, rows: Sequence[Any]) -> dict[str, bytes]:
        """The keys behind these rows; what is wrapped as before need not be opened again."""
        until = self._elapsed() + BELIEVED_SECONDS
        wrapped = {subject: Wrapped(kek, value) for subject, value, kek in rows}
        known = {s: o for s in wrapped if (o := self._open.get(s)) and o.wrapped == wrapped[s]}
        others = [s for s in wrapped if s not in known]
        keys = await self._kek.unwrap([wrapped[s] for s in others])
        opened = {s: replace(o, until=until) for s, o in known.items()} | {
            s: _Open(key, wrapped[s], until) for s, key in zip(others, keys, strict=True)
        }
        living = {s: one for s, one in opened.items() if s not in self._destroyed}
        if len(self._open) + len(living) > CACHE_LIMIT:
            self._open.clear()
        self._open.update(living)
        return {s: one.key for s, one in living.items()}
