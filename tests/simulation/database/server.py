"""One service's database: its tables, its journal, whose turn it is, and which rows are locked."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from events.sourcing.memory import MemoryRows
from tests.simulation.database.begun import BEGIN, COMMIT, ROLLBACK, give_back, taken
from tests.simulation.database.remembered import Remembered
from tests.simulation.database.translation import READ, Convert, Lock, Words, plain, words_of

Row: TypeAlias = tuple[Any, ...]


@dataclass(eq=False, slots=True)
class Transaction:
    """What somebody has changed and nobody else may see yet."""

    written: list[tuple[Words, Any, bool]] = field(default_factory=list)
    """Each statement, its values, and whether these are many rows."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Found:
    """What a statement found, and who must end before it can be locked as was asked."""

    columns: Sequence[Any]
    rows: list[Row]
    rowcount: int
    holder: Transaction | None = None


class Server:
    """SQLite knows one transaction at a time, so those that are open take turns.

    When another one's turn comes, what the one before has changed is taken back, and done again
    when it goes on: so each sees what is committed and what it changed itself, as in PostgreSQL.
    """

    def __init__(self, tables: bytes = b"", rows: MemoryRows | None = None) -> None:
        self.rows = rows or MemoryRows()
        self._tables = tables
        self._raw = taken(tables)
        self._turn: Transaction | None = None
        self._locked: dict[object, Transaction] = {}
        self._committed = Remembered()
        self._reads: dict[frozenset[str], Mapping[str, Convert]] = {}

    def close(self) -> None:
        """Nobody asks it any more; the next one that begins alike is where this one was."""
        self._give_turn(None)
        give_back(self._tables, self._raw)

    def tables(self) -> bytes:
        """All tables as they are committed, for another server to begin with."""
        self._give_turn(None)
        return self._raw.serialize()

    def ask(self, statement: str, *values: object) -> list[Row]:
        """What is committed, asked from outside."""
        return self._look(words_of(statement), values).rows

    def reads(self, statement: str) -> Mapping[str, Convert]:
        """By their names those columns of its tables that give something else than they keep."""
        tables = words_of(statement).tables
        if tables not in self._reads:
            declared = "SELECT name, type FROM pragma_table_info(?)"
            columns = [row for one in tables for row in self._raw.execute(declared, [one])]
            self._reads[tables] = {name: READ[type_] for name, type_ in columns if type_ in READ}
        return self._reads[tables]

    def execute(
        self, transaction: Transaction | None, statement: str, values: Any, *, many: bool = False
    ) -> Found:
        """Within a transaction, or at once where there is none."""
        words, given = words_of(statement), _plain(values, many=many)
        if words.changes or (transaction is not None and transaction.written):
            found = self._run_within(transaction, words, given, many)
        else:
            found = self._look(words, given)
        if words.lock is not None and transaction is not None:
            self._lock(transaction, words.lock, found)
            if words.changes and found.holder is not None:
                self._unsay(transaction)
        return found

    def _look(self, words: Words, values: Sequence[Any]) -> Found:
        """At what is committed."""
        asked = (words.text, *values)
        found = self._committed.answer(asked)
        if found is None:
            self._give_turn(None)
            found = self._run(words.text, values, many=False)
            self._committed.keep(asked, words, found)
        return Found(found.columns, found.rows.copy(), found.rowcount)

    def _run_within(
        self, transaction: Transaction | None, words: Words, values: Any, many: bool
    ) -> Found:
        self._give_turn(transaction)
        if transaction is None:
            self._committed.forget(words.tables)
            return self._run(words.text, values, many)
        if self._turn is not transaction:
            self._raw.execute(BEGIN)
            self._turn = transaction
        found = self._run(words.text, values, many)
        if words.changes:
            transaction.written.append((words, values, many))
        return found

    def _run(self, text: str, values: Any, many: bool) -> Found:
        """All rows at once: another transaction's turn would end what is still to be fetched."""
        run = self._raw.executemany if many else self._raw.execute
        cursor = run(text, values)
        return Found(cursor.description, cursor.fetchall(), cursor.rowcount)

    def _lock(self, transaction: Transaction, lock: Lock, found: Found) -> None:
        rows = [(lock.table, *row[: lock.columns]) for row in found.rows]
        holders = [self._locked.get(row, transaction) for row in rows]
        others = [holder for holder in holders if holder is not transaction]
        if not others:
            self._locked |= dict.fromkeys(rows, transaction)
        elif lock.skips:
            found.rows.clear()
        else:
            found.holder = others[0]

    def _unsay(self, transaction: Transaction) -> None:
        """Who has to wait has changed nothing yet: the same is asked again afterwards."""
        transaction.written.pop()
        self._give_turn(None)

    def commit(self, transaction: Transaction) -> None:
        """Everybody sees it from now on."""
        if transaction.written:
            self._give_turn(transaction)
            self._raw.execute(COMMIT)
            self._turn = None
            for words, _, _ in transaction.written:
                self._committed.forget(words.tables)
        self._end(transaction)

    def roll_back(self, transaction: Transaction) -> None:
        """Nobody ever sees it."""
        if self._turn is transaction:
            self._take_back()
        self._end(transaction)

    def _end(self, transaction: Transaction) -> None:
        transaction.written.clear()
        if self._locked:
            self._locked = {row: by for row, by in self._locked.items() if by is not transaction}
        transaction.ended.set()

    def _give_turn(self, transaction: Transaction | None) -> None:
        if self._turn is transaction:
            return
        if self._turn is not None:
            self._take_back()
        if transaction is not None and transaction.written:
            self._raw.execute(BEGIN)
            for words, values, many in transaction.written:
                self._run(words.text, values, many)
            self._turn = transaction

    def _take_back(self) -> None:
        """What this turn has changed; it ends."""
        for statement in ROLLBACK:
            self._raw.execute(statement)
        self._turn = None


def _plain(values: Any, *, many: bool) -> Any:
    if many:
        return [[plain(value) for value in row] for row in values]
    return [plain(value) for value in values]
