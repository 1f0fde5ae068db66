"""The standing answer to one talent, and the proof that it comes out the same again."""

import asyncio
from base64 import b64decode
from collections.abc import Awaitable, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any, TypeAlias

import msgspec
from fastapi import Request
from sqlalchemy import Executable, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from events.catalog.entitlement import EntitlementAssessed
from events.catalog.talent import Fact
from events.edge.receipts import After, fresh
from events.sourcing.direct import at_once
from events.sourcing.kernel import Kernel
from events.sourcing.side_by_side import every
from events.sourcing.types import Refused
from services.policy.entitlements.assess import assess, canonical, outcome_digest, receipt_of
from services.policy.entitlements.domain import stream_of
from services.policy.entitlements.fact_list import as_known, stated
from services.policy.entitlements.outlook import outlook_of
from services.policy.entitlements.projection import entitlement, talent_fact_list
from services.policy.policies.views import Consolidated, Views
from services.policy.rules import Vocabulary

Json = dict[str, Any]
Row: TypeAlias = SimpleNamespace
"""By the names of its columns."""

NOT_FOUND = "entitlement-not-found"

_FACTS = select(talent_fact_list.c.facts).where(
    talent_fact_list.c.talent_id == bindparam("talent_id")
)


async def standing_after(request: Request, talent_id: str, after: After) -> tuple[Row, bool]:
    """The answer that stands, and whether it rests on what `after` names: a position, or a list.

    Of a version of a list it is enough that the reader has come to the last event of this talent:
    what others recorded behind it is not waited for. Refused where the talent was never assessed.
    """
    kernel: Kernel = request.app.state.kernel
    if after.stream is None:
        seen = await fresh(request, "entitlement", after)
    elif seen := await fresh(request, "assess_by_facts", after):
        # Mostly it shows by now what was recorded last, so both are asked for at once.
        asked: tuple[Awaitable[Sequence[Any]], ...] = (
            kernel.journal.read_last(stream_of(talent_id)),
            _rows_of(kernel.reading, entitlement, talent_id),
        )
        last, rows = await every(asked)
        end = sum(each.position for each in last)
        if rows and rows[0].position >= end:
            return rows[0], True
        seen = await fresh(request, "entitlement", After(position=end))
    return await standing_row(kernel.reading, talent_id), seen


async def standing_row(engine: AsyncEngine, talent_id: str) -> Row:
    """The answer that stands; refused where the talent was never assessed."""
    return await row_of(engine, entitlement, talent_id, absent=NOT_FOUND)


async def recorded_receipt(kernel: Kernel, row: Row) -> bytes:
    """As it was recorded, without its base64; refused where it can no longer be read.

    It is some ten kilobytes and seldom asked for, so no read model holds it a second time.
    """
    behind = await kernel.journal.read_after(row.position - 1, limit=1)
    own = stream_of(row.talent_id)
    rows = [each for each in behind if (each.position, each.stream) == (row.position, own)]
    for recorded in await kernel.desk.open(rows):
        event = recorded.event
        if isinstance(event, EntitlementAssessed) and event.receipt is not None:
            return b64decode(event.receipt)
    raise Refused(NOT_FOUND, talent_id=row.talent_id)


async def row_of(engine: AsyncEngine, table: Table, talent_id: str, *, absent: str) -> Row:
    """What a table says of one talent; refused by this name where it says nothing."""
    rows = await _rows_of(engine, table, talent_id)
    if not rows:
        raise Refused(absent, talent_id=talent_id)
    return rows[0]


async def _rows_of(engine: AsyncEngine, table: Table, talent_id: str) -> list[Row]:
    rows = await at_once(engine, _of_one(table), {"talent_id": talent_id})
    return [Row(**dict(zip(table.c.keys(), row, strict=True))) for row in rows]


@cache
def _of_one(table: Table) -> Executable:
    return select(table).where(table.c.talent_id == bindparam("talent_id"))


def entitlement_out(row: Row, receipt: bytes, *, stale: bool) -> bytes:
    """The recorded answer, to the byte, behind the place where it is recorded; as JSON.

    To read some hundred kilobytes and write the same again would cost more than all the rest.
    """
    return msgspec.json.encode(_place(row, stale=stale))[:-1] + b"," + receipt[1:]


def standing_out(row: Row, *, stale: bool) -> Json:
    """Where the answer is recorded, and by which list and which view."""
    rests_on = {"facts_version": row.facts_version, "view_version": row.view_version}
    return {**_place(row, stale=stale), **rests_on}


def _place(row: Row, *, stale: bool) -> Json:
    return {
        "stale": stale,
        "talent_id": row.talent_id,
        "stream": stream_of(row.talent_id),
        "version": row.version,
        "position": row.position,
        "outcome_digest": row.outcome_digest,
        "assessed_at": row.assessed_at.isoformat(),
    }


async def replay(
    engine: AsyncEngine, views: Views, vocabulary: Vocabulary, row: Row, recorded: bytes
) -> Json:
    """Judge again by the same rows, statements and moment, and compare byte by byte."""
    receipt = msgspec.json.decode(recorded)
    seen, facts = await _rested_on(engine, views, row, receipt)
    again = assess(seen, facts, facts_version=row.facts_version, vocabulary=vocabulary)
    return {
        "talent_id": row.talent_id,
        "identical": canonical(receipt_of(again)) == recorded,
        "recorded": {name: receipt[name] for name in again.basis},
        "replayed": again.basis,
    }


async def outlook(
    engine: AsyncEngine, views: Views, vocabulary: Vocabulary, row: Row, recorded: bytes
) -> Json:
    """What follows from the standing answer, by the same rows, statements and moment."""
    receipt = msgspec.json.decode(recorded)
    seen, facts = await _rested_on(engine, views, row, receipt)

    def found() -> Json:
        again = assess(seen, facts, facts_version=row.facts_version, vocabulary=vocabulary)
        return {
            "talent_id": row.talent_id,
            "version": row.version,
            "outcome_digest": outcome_digest(again),
            **again.basis,
            **outlook_of(seen, again, vocabulary),
        }

    # Longer than others should wait for their turn.
    return await asyncio.to_thread(found)


async def _rested_on(
    engine: AsyncEngine, views: Views, row: Row, receipt: Json
) -> tuple[Consolidated, tuple[Fact, ...]]:
    """The view and the statements that a recorded answer rests on."""
    known_at = msgspec.convert(receipt["known_at"], type(row.assessed_at))
    seen = await views.as_of(row.view_position, row.valid_at, known_at)
    facts = stated(await _facts(engine, row.talent_id))
    return seen, as_known(facts, known_at, receipt["facts_digest"])


async def _facts(engine: AsyncEngine, talent_id: str) -> str:
    rows = await at_once(engine, _FACTS, {"talent_id": talent_id})
    return str(rows[0][0]) if rows else "[]"
