"""Live streams over HTTP: each message says what moved, under its position, to resume from."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

import msgspec
from fastapi import Header
from sse_starlette import EventSourceResponse, ServerSentEvent

from events.sourcing.journal_reader import JournalReader
from events.sourcing.kernel import Kernel
from events.sourcing.telemetry import span

BATCH = 200
LOOK_SECONDS = 15.0

LastSeen = Annotated[int | None, Header(alias="last-event-id", ge=0, lt=10**18)]
"""Without it, a stream begins with what happens from now on."""


class EventStream(EventSourceResponse):
    """For the document: an `EventSourceResponse` names its media type only when it is made."""

    media_type = "text/event-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that moved: its place in the journal, and what to say of it."""

    position: int
    said: Mapping[str, object]


Read: TypeAlias = Callable[[int, int], Awaitable[Sequence[Told]]]
"""What moved behind a position, in order of positions, at most so many."""


def stream(messages: AsyncIterator[ServerSentEvent]) -> EventSourceResponse:
    """The answer; a reader who takes nothing for long is let go."""
    return EventSourceResponse(messages, ping=15, send_timeout=30)


async def messages(
    kernel: Kernel, projection: str, read: Read, *, behind: int | None
) -> AsyncGenerator[ServerSentEvent, None]:
    """Everything behind a position, then each as it is projected; none is skipped or kept."""
    reader = kernel.readers[projection]
    if not isinstance(reader, JournalReader):
        raise TypeError(f"{projection} does not read the journal")
    position = reader.position if behind is None else behind
    while True:
        reached = reader.position
        told = await read(position, BATCH)
        if told:
            with span(f"{projection}.live", position=told[-1].position, events=len(told)):
                news = [_message(projection, each) for each in told]
            for message in news:
                yield message
        if len(told) == BATCH:
            position = told[-1].position
        else:
            position = max(position, reached, *(each.position for each in told))
            await _news(reader, position)


async def _news(reader: JournalReader, position: int) -> None:
    await reader.progress.until(lambda: reader.position > position, timeout=LOOK_SECONDS)


def _message(event: str, told: Told) -> ServerSentEvent:
    data = msgspec.json.encode(told.said).decode()
    return ServerSentEvent(event=event, id=str(told.position), data=data)
