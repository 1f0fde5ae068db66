"""Which streams this service's readers hold back, and what operators do about them."""

from collections.abc import Awaitable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, Field, StringConstraints

from events.edge.asking import Asked
from events.edge.identity import CurrentActor, require
from events.edge.receipts import ReceiptOut, receipt_out
from events.edge.words import ONE_LINE, Line
from events.sourcing.faults import owner_of
from events.sourcing.kernel import Kernel
from events.sourcing.parking import Place
from events.sourcing.repair.domain import Held
from events.sourcing.repair.held import held_streams
from events.sourcing.repair.release import Discard, Repaired, Repairs
from events.sourcing.repair.told import told
from events.sourcing.transient import is_transient
from events.sourcing.types import Conflict, Overloaded, Refused

MOST = 500
RETRY_SECONDS = 5

MAY_READ = ("ops", "system")
MAY_REPAIR = ("repair",)
"""Whoever may look may not therefore change what a read model says."""

T = TypeVar("T")

Named = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=ONE_LINE)]
"""As it stands, blanks and all: it must be found again."""

router = APIRouter(tags=["operations"])


class PlaceIn(BaseModel):
    """A held stream of one reader; the topic of the own journal is `journal`."""

    reader: Named
    topic: Named
    stream: Named

    def place(self) -> Place:
        return self.reader, self.topic, self.stream


class DiscardIn(PlaceIn):
    """`version` is the one seen to stand first; `reference` is letters, a dash and a number."""

    version: int = Field(ge=1, lt=2**31)
    because: Line
    reference: Line | None = None


class HeldOut(BaseModel):
    """What stands first of a held stream; `waiting` later events stand behind it."""

    version: int
    kind: str
    reason: str
    owner: str
    waiting: int


class RepairOut(BaseModel):
    """What was recorded, how many events were taken, and what stands first now, if anything."""

    receipt: ReceiptOut
    taken: int
    held: HeldOut | None


@router.get("/parked-events")
async def parked_events(actor: CurrentActor, request: Request) -> dict[str, Any]:
    """Each held stream by its first parked event; `waiting` later ones stand behind it."""
    require(actor, *MAY_READ)
    async with _kernel(request).reading.connect() as connection:
        rows = await held_streams(connection, limit=MOST)
    return {"parked": [_stream(row) for row in rows], "stale": False}


@router.get("/parked-events/stream")
async def parked_stream(
    actor: CurrentActor, request: Request, asked: Annotated[PlaceIn, Query()]
) -> dict[str, Any]:
    """The parked events of one stream, each by its class and its ids; never what they say."""
    require(actor, *MAY_READ)
    kernel, place = _kernel(request), asked.place()
    async with kernel.reading.connect() as connection:
        events = await told(connection, kernel.desk, place, limit=MOST)
    if not events:
        raise Refused("parked-stream-not-found")
    return {
        **asked.model_dump(),
        "events": [{**asdict(one), "owner": owner_of(one.kind)} for one in events],
        "stale": False,
    }


@router.post("/parked-events/release")
async def release(
    body: PlaceIn, context: Asked, actor: CurrentActor, request: Request
) -> RepairOut:
    """Take what is parked of the stream again, in order; what fails stands where it stood."""
    require(actor, *MAY_REPAIR)
    return _out(await _surely(_repairs(request).release(body.place(), context)))


@router.post("/parked-events/discard")
async def discard(
    body: DiscardIn, context: Asked, actor: CurrentActor, request: Request
) -> RepairOut:
    """Go on without the event that stands first, or without what is missing before it."""
    require(actor, *MAY_REPAIR)
    discarded = Discard(version=body.version, because=body.because, reference=body.reference)
    return _out(await _surely(_repairs(request).discard(body.place(), discarded, context)))


async def _surely(repairing: Awaitable[T]) -> T:
    """A fault that passes is no answer about the stream: it is asked again."""
    try:
        return await repairing
    except (Conflict, Overloaded):
        raise
    except Exception as failure:
        if not is_transient(failure):
            raise
        retry = {"Retry-After": str(RETRY_SECONDS)}
        raise HTTPException(503, "a fault that passes; ask again", headers=retry) from failure


def _out(repaired: Repaired) -> RepairOut:
    return RepairOut(
        receipt=receipt_out(repaired.receipt),
        taken=repaired.taken,
        held=_held(repaired.held) if repaired.held else None,
    )


def _held(held: Held) -> HeldOut:
    return HeldOut(
        version=held.version,
        kind=held.kind,
        reason=held.reason,
        owner=owner_of(held.kind),
        waiting=held.waiting,
    )


def _stream(row: Any) -> Mapping[str, Any]:
    return {
        "reader": row.reader,
        "topic": row.topic,
        "stream": row.stream,
        "version": row.version,
        "kind": row.class_,
        "reason": row.reason,
        "owner": owner_of(row.class_),
        "parked_at": row.parked_at,
        "tries": row.tries,
        "tried_at": row.tried_at,
        "waiting": row.waiting,
    }


def _kernel(request: Request) -> Kernel:
    kernel: Kernel = request.app.state.kernel
    return kernel


def _repairs(request: Request) -> Repairs:
    repairs: Repairs = request.app.state.repairs
    return repairs
