"""The one view over all policies, for any day and any moment of knowing, kept ready in memory."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.sourcing.clock import legal_day
from events.sourcing.gather import Gatherer
from services.policy.policies.projection import policy_row, ruling_row
from services.policy.remembered import Remembered
from services.policy.rules import (
    Amended,
    Published,
    QuotaFilled,
    Repealed,
    Ruled,
    RulingWithdrawn,
    SourceRow,
    Superseded,
    View,
    Vocabulary,
    build_view,
    parse_policy,
)
from services.policy.rules.changes import Amends, Basis, ChangeKind
from services.policy.rules.confirmed import confirmed_only
from services.policy.rules.days import WrittenDay, written_day
from services.policy.rules.periods import Bound, End, Period
from services.policy.rules.tree import Cite

KEPT = 64
EVERYTHING_SAID = select(
    policy_row, *(column for column in ruling_row.c if column.name != "position")
).select_from(policy_row.outerjoin(ruling_row, policy_row.c.position == ruling_row.c.position))
SAID_SINCE = EVERYTHING_SAID.where(policy_row.c.position > bindparam("last")).order_by(
    policy_row.c.position
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consolidated:
    """A view and the last journal position it rests on.

    `unreadable` are rows that this version of the rules does not understand: nobody is eligible
    by them, and every answer says that they were left out.
    """

    view: View
    position: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    position: int
    recorded_at: datetime
    row_id: str
    policy_id: str
    row: SourceRow | None


class Views:
    """Reads each source row once; a view is built once for each day and last known row."""

    def __init__(self, engine: AsyncEngine, vocabulary: Vocabulary) -> None:
        # One statement needs no transaction around it, and this one is asked all the time.
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._vocabulary = vocabulary.of_recorded_texts()
        self._superiors = vocabulary.superiors()
        self._known: list[_Known] = []
        self._built: Remembered[tuple[date, int], Consolidated] = Remembered(KEPT)
        self._confirmed: Remembered[tuple[date, int], Consolidated] = Remembered(KEPT)
        self._reading: Gatherer[None, None] = Gatherer(self._read_on)

    async def current(self, moment: datetime) -> Consolidated:
        """The view of the legal day, with everything recorded so far.

        A moment before the last row was recorded, by the clock of another machine, is moved there.
        """
        await self._read()
        last = self._known[-1].recorded_at if self._known else moment
        known_at = max(moment, last)
        return self._first(len(self._known), legal_day(known_at), known_at)

    async def at(self, valid_at: date, known_at: datetime) -> Consolidated:
        """The view for a day, from everything recorded until that moment."""
        return self._first(await self._count(known_at), valid_at, known_at)

    async def confirmed_at(self, valid_at: date, known_at: datetime) -> Consolidated:
        """The same without policies of which a bound was not seen."""
        count = await self._count(known_at)
        built = self._confirmed.found(
            (valid_at, count), lambda: _confirmed(self._first(count, valid_at, known_at))
        )
        return _known_at(built, known_at)

    async def _count(self, known_at: datetime) -> int:
        """How many rows were recorded until that moment."""
        await self._read()
        return bisect_right(self._known, known_at, key=lambda each: each.recorded_at)

    async def rows(self) -> tuple[SourceRow, ...]:
        """Everything that was recorded so far and is understood."""
        await self._read()
        return tuple(each.row for each in self._known if each.row is not None)

    async def as_of(self, position: int, valid_at: date, known_at: datetime) -> Consolidated:
        """The view exactly as it was when it rested on the rows up to a position."""
        await self._read()
        count = bisect_right(self._known, position, key=lambda each: each.position)
        return self._first(count, valid_at, known_at)

    def _first(self, count: int, valid_at: date, known_at: datetime) -> Consolidated:
        built = self._built.found(
            (valid_at, count),
            lambda: self._consolidate(self._known[:count], valid_at, known_at),
        )
        return _known_at(built, known_at)

    def _consolidate(
        self, known: Sequence[_Known], valid_at: date, known_at: datetime
    ) -> Consolidated:
        rows = [each.row for each in known if each.row is not None]
        unreadable = [each for each in known if each.row is None]
        view = build_view(
            rows,
            valid_at,
            known_at,
            superiors=self._superiors,
            unreadable=[each.policy_id for each in unreadable],
        )
        return Consolidated(
            view=view,
            position=known[-1].position if known else 0,
            unreadable=tuple(each.row_id for each in unreadable),
        )

    async def _read(self) -> None:
        await self._reading.ask(None)

    async def _read_on(self, asked: Sequence[None]) -> list[None]:
        """One look for all who wait; it begins after the last of them asked."""
        last = self._known[-1].position if self._known else 0
        async with self._reader.connect() as connection:
            rows = (await connection.execute(SAID_SINCE, {"last": last})).all()
        self._known.extend(self._understood(row) for row in rows)
        return [None for _ in asked]

    def _understood(self, row: Row[Any]) -> _Known:
        return _Known(
            position=row.position,
            recorded_at=row.recorded_at,
            row_id=row.row_id,
            policy_id=row.policy_id,
            row=understood(row, self._vocabulary),
        )


def _known_at(built: Consolidated, known_at: datetime) -> Consolidated:
    """The rows decide the view; the moment only decides which rows, and which facts, count."""
    return replace(built, view=replace(built.view, known_at=known_at))


def _confirmed(built: Consolidated) -> Consolidated:
    return replace(built, view=confirmed_only(built.view))


def understood(row: Row[Any], vocabulary: Vocabulary) -> SourceRow | None:
    """Nothing for a document, or a kind of statement, that this release does not know."""
    try:
        return source_row(row, vocabulary)
    except ValueError:
        return None


def source_row(row: Row[Any], vocabulary: Vocabulary) -> SourceRow:
    match row.said:
        case "published":
            file = f"{row.policy_id}.yaml"
            return Published(
                row_id=row.row_id,
                policy=parse_policy(row.document, file=file, vocabulary=vocabulary),
                recorded_at=row.recorded_at,
            )
        case "superseded":
            return Superseded(
                row_id=row.row_id,
                policy_id=row.policy_id,
                by_policy_id=row.superseded_by,
                from_day=row.effective_on,
                recorded_at=row.recorded_at,
            )
        case "amended":
            return Amended(row_id=row.row_id, change=_change(row), recorded_at=row.recorded_at)
        case "quota-filled":
            return QuotaFilled(
                row_id=row.row_id,
                policy_id=row.policy_id,
                period=Period(first=_day(row.effective_on), last=_last(row.last_on)),
                recorded_at=row.recorded_at,
            )
        case "repealed":
            return Repealed(
                row_id=row.row_id,
                policy_id=row.policy_id,
                from_day=row.effective_on,
                recorded_at=row.recorded_at,
            )
        case "ruling-given":
            return Ruled(
                row_id=row.row_id,
                forbids=row.forbids,
                forbids_edition=row.edition,
                allows=row.allows,
                allows_edition=row.allows_edition,
                prevails=row.prevails,
                by=row.ruled_by,
                clause=row.reason,
                effective_on=row.effective_on,
                recorded_at=row.recorded_at,
            )
        case "ruling-withdrawn":
            return RulingWithdrawn(
                row_id=row.row_id,
                forbids=row.forbids,
                allows=row.allows,
                effective_on=row.effective_on,
                recorded_at=row.recorded_at,
            )
        case _:
            raise ValueError(row.said)


def _change(row: Row[Any]) -> Amends:
    kind = ChangeKind(row.kind)
    ends = kind in (ChangeKind.PROLONG, ChangeKind.SUSPEND)
    return Amends(
        policy_id=row.policy_id,
        kind=kind,
        first=row.effective_on,
        last=_last(row.last_on) if ends else None,
        version=row.edition,
        basis=Basis.READ,
        cite=Cite(row.reason),
    )


def _last(day: date | None) -> End:
    return Bound.OPEN if day is None else _day(day)


def _day(day: date) -> WrittenDay:
    return written_day(day.isoformat())
