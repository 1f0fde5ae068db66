"""What a write answers, and how a read waits for it."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Query, Request
from pydantic import BaseModel

from events.edge.correlated import answer_belongs_to
from events.edge.words import Printable
from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Receipt

WAIT_SECONDS = 2.0


class ReceiptOut(BaseModel):
    """Where the command was recorded; pass `position` or `stream@version` as `?after=` to read."""

    service: str
    stream: str
    version: int
    position: int
    correlation_id: str
    event_ids: list[str]


def receipt_out(receipt: Receipt) -> ReceiptOut:
    """The receipt as it leaves; the answer's header names the same matter."""
    answer_belongs_to(receipt.correlation_id)
    return ReceiptOut(
        service=receipt.service,
        stream=receipt.stream,
        version=receipt.version,
        position=receipt.position,
        correlation_id=receipt.correlation_id,
        event_ids=[str(event_id) for event_id in receipt.event_ids],
    )


@dataclass(frozen=True, slots=True)
class After:
    """What a read must have seen: a position of this service, or a version of a stream."""

    position: int | None = None
    stream: str | None = None
    version: int | None = None


_PLACE = re.compile(
    r"^(?:(?P<position>\d{1,18})|(?P<stream>[a-z]+-[\w-]{1,100})@(?P<version>\d{1,9}))$"
)


async def after(
    request: Request,
    value: Annotated[
        Printable | None, Query(alias="after", description="`<position>` or `<stream>@<version>`")
    ] = None,
) -> After:
    """The parsed `?after=`; 422 where it is neither form."""
    if value is None:
        return After()
    found = _PLACE.match(value)
    if found is None:
        raise HTTPException(422, "after must be <position> or <stream>@<version>")
    if found["position"]:
        return After(position=int(found["position"]))
    return await at_home(request, found["stream"], int(found["version"]))


async def at_home(request: Request, stream: str, version: int) -> After:
    """The position of a version of our own streams; another service's version stays what it is.

    A version that our own journal does not hold has not happened: no read model can have seen it.
    """
    past = await request.app.state.kernel.journal.read_stream(stream)
    for event in past:
        if event.version == version:
            return After(position=event.position)
    return After(stream=stream, version=version)


SeenAfter = Annotated[After, Depends(after)]


async def fresh(request: Request, reader: str, after: After) -> bool:
    """Wait briefly for a read model; whether it has seen what `after` asks for.

    What it does not read, it cannot have seen: then the answer is stale, and says so.
    """
    kernel: Kernel = request.app.state.kernel
    following = kernel.readers[reader]
    if after.position is not None and isinstance(following, JournalReader):
        return await following.reached(after.position, timeout=WAIT_SECONDS)
    if after.stream and after.version is not None and isinstance(following, TopicReader):
        return await following.reached_version(after.stream, after.version, timeout=WAIT_SECONDS)
    return after == After()
