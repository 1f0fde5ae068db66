"""The journal's own statements, which go straight to the driver, on rows in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import zip_longest
from typing import Any, Protocol
from uuid import UUID

from events.sourcing import store
from events.sourcing.appender import Outcome
from events.sourcing.journal import Append, Appended, NewEvent, StoredEvent
from events.sourcing.turn import APPEND
from events.sourcing.types import Conflict, OnDuty, Relieved
from tests.simulation.database.server import Server
from tests.simulation.life import Life


class Found(dict[str, Any]):
    """A row by the names of its columns; iterating gives what stands in them."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values())


class Others(Protocol):
    """Answers what is no statement of the journal, and knows the transaction."""

    async def answer(self, statement: str, *rows: Sequence[Any]) -> Sequence[Any]: ...

    def is_in_transaction(self) -> bool: ...

    def transaction(self) -> AbstractAsyncContextManager[None]: ...


class Driver:
    """Answers each statement of the store as the database's one SQL function would."""

    def __init__(self, server: Server, life: Life, others: "Others") -> None:
        self._server = server
        self._life = life
        self._others = others
        self.is_in_transaction = others.is_in_transaction
        self.transaction = others.transaction
        self._answers: Mapping[str, Callable[..., list[Found]]] = {
            store._STREAMS: self._streams,
            store._HEEDED: self._streams,
            store._ENDS: self._ends,
            store._FIND: self._find,
            store._AFTER: self._after,
            store._LAST: self._last,
            store._ASKED: self._asked,
        }

    def is_closed(self) -> bool:
        """Whoever was cut off is told by a failure, and asks on a connection of its own again."""
        return False

    async def fetch(self, statement: str, *values: Any) -> Sequence[Found]:
        if statement in self._answers:
            await self._life.step("read")
            return self._answers[statement](*values)
        if statement != APPEND:
            return await self._others.answer(statement, values)
        await self._life.step("append")
        found = self._append(*values)
        await self._life.step("appended")
        return found

    async def execute(self, statement: str, *values: Any) -> None:
        await self._others.answer(statement, values)

    async def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        await self._others.answer(statement, *rows)

    def _streams(self, streams: Sequence[str], overtaken: Sequence[str] = ()) -> list[Found]:
        rows = self._server.rows
        found = [rows.heeded(stream, overtaken) for stream in sorted(set(streams))]
        return [_row(row) for stream in found for row in stream]

    def _ends(self, streams: Sequence[str]) -> list[Found]:
        rows = self._server.rows
        return [_row(row) for stream in sorted(set(streams)) for row in rows.stream(stream)[-1:]]

    def _find(self, event_id: UUID) -> list[Found]:
        found = self._server.rows.find(event_id)
        return [] if found is None else [_row(found)]

    def _after(self, position: int, limit: int) -> list[Found]:
        return [_row(row) for row in self._server.rows.after(position, limit=limit)]

    def _last(self) -> list[Found]:
        return [Found(last=self._server.rows.last_position())]

    def _asked(self, actor: str, key: str) -> list[Found]:
        seen = self._server.rows.asked(actor, key)
        if seen is None:
            return []
        target, body, done = seen
        places = {"first": done.first_position, "last": done.last_position}
        return [Found(target=target, body=body, **places)]

    def _append(self, moment: Any, *columns: Sequence[Any]) -> list[Found]:
        self._server.rows.tokens = dict(self._server.ask("SELECT name, token FROM duty"))
        outcomes = self._server.rows.write(_batch(columns), moment)
        return [_answer(outcome) for outcome in outcomes]


def _row(row: StoredEvent) -> Found:
    return Found((name, getattr(row, name)) for name in StoredEvent.__struct_fields__)


def _batch(columns: Sequence[Sequence[Any]]) -> list[Append]:
    """The appends behind the columns that `append_turn` takes."""
    events = [_event(*values) for values in zip(*columns[11:], strict=True)]
    asked = list(zip(*columns[8:11], strict=True))
    commands = zip_longest(*columns[:8])
    return [
        Append(
            actor=actor,
            key=key,
            target=target,
            body=body,
            expected=_expected(nth, asked, own := events[first - 1 : last] if first else []),
            events=own,
            on_duty=None if duty is None else OnDuty(duty, token),
        )
        for nth, (actor, key, target, body, first, last, duty, token) in enumerate(
            commands, start=1
        )
    ]


def _expected(
    nth: int, asked: Sequence[tuple[int, str, int]], events: Sequence[NewEvent]
) -> dict[str, int]:
    new = {event.stream: 0 for event in events if event.version == 1}
    return new | {stream: version for n, stream, version in asked if n == nth}


def _event(*values: Any) -> NewEvent:
    return NewEvent(**dict(zip(NewEvent.__slots__, values, strict=True)))


def _answer(outcome: Outcome) -> Found:
    match outcome:
        case Conflict() as conflict:
            return Found(
                outcome="conflict",
                stream=conflict.stream,
                expected=conflict.expected,
                actual=conflict.actual,
            )
        case Relieved():
            return Found(outcome="relieved", stream="")
        case Appended() as done:
            return Found(
                outcome="repeated" if done.repeated else "appended",
                first_position=done.first_position,
                last_position=done.last_position,
            )
        case _:
            return Found(outcome="key-reused")
