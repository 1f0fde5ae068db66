"""The one way to a decision: read the streams, fold, decide, append at the version read."""

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from events.sourcing.decider import Decider, fold
from events.sourcing.desk import Desk
from events.sourcing.journal import (
    Append,
    Appended,
    NewEvent,
    StoredEvent,
    event_id_of,
    metadata_of,
    read_metadata,
)
from events.sourcing.sealing import Keys
from events.sourcing.telemetry import current_traceparent, span
from events.sourcing.transient import jittered
from events.sourcing.types import Conflict, Context, KeyReused, Receipt, Recorded, Refused

TRIES = 12
PAUSE_SECONDS = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A command for one stream; several parts are recorded together or not at all."""

    decider: Decider[Any, Any, Any]
    stream: str
    command: object


async def handle(desk: Desk, context: Context, *parts: Part) -> Receipt:
    """Decide and record. The same actor and idempotency key give the same receipt again.

    Raises `Refused`, `KeyReused`, `Relieved`, `Overloaded`, or `Conflict` when others kept writing
    first.
    """
    first = parts[0]
    with span(
        f"{first.decider.category}.handle",
        stream=first.stream,
        correlation_id=context.correlation_id,
    ) as current:
        if (traceparent := current_traceparent()) is not None:
            context = replace(context, traceparent=traceparent)
        company = desk.company.joined() if context.may_wait else nullcontext(0.0)
        async with company as waited, desk.turn(part.stream for part in parts):
            current.set_attribute("waited_ms", round(waited * 1000))
            for attempt in range(1, TRIES):
                try:
                    return await _attempt(desk, context, parts)
                except Conflict:
                    # Another process of the service was first; give it room.
                    await asyncio.sleep(jittered(PAUSE_SECONDS * attempt))
            return await _attempt(desk, context, parts)


async def recorded_before(desk: Desk, context: Context) -> Sequence[Recorded[Any]] | None:
    """What happened when this was asked before, perhaps nothing; `None` if it never was.

    Raises `KeyReused` where the key was another command's.
    """
    appended = await _asked_before(desk, context)
    return None if appended is None else await desk.open(await _rows_of(desk, appended))


async def _attempt(desk: Desk, context: Context, parts: Sequence[Part]) -> Receipt:
    pasts = [await _past(desk, part) for part in parts]
    versions = [past[-1].version if past else 0 for past in pasts]
    try:
        decided = [_decide(part, past, context) for part, past in zip(parts, pasts, strict=True)]
        events = await _new_events(desk, context, parts, versions, decided)
    except Refused:
        # Also where somebody was forgotten since: what was asked before has its answer.
        repeated = await _asked_before(desk, context)
        if repeated is None:
            raise
        return await _receipt_again(desk, context, repeated, parts[0].stream)
    with span(
        f"{parts[0].decider.category}.append",
        stream=parts[0].stream,
        correlation_id=context.correlation_id,
        event=", ".join(event.name for event in events),
    ) as current:
        appended = await desk.journal.append(_append(context, parts, versions, events))
        current.set_attribute("position", appended.last_position or 0)
    if appended.repeated:
        return await _receipt_again(desk, context, appended, parts[0].stream)
    return await _receipt(desk, context, appended, events, parts[0].stream)


async def _past(desk: Desk, part: Part) -> Sequence[Recorded[Any]]:
    """As much of the stream as its rule book looks at, up to its last event."""
    decider = part.decider
    rows = await _heeded(desk, decider, part.stream)
    return desk.glance(rows) if decider.glances else await desk.open(rows)


async def _heeded(
    desk: Desk, decider: Decider[Any, Any, Any], stream: str
) -> Sequence[StoredEvent]:
    """All but those that were overtaken; the last of a stream never is."""
    if decider.last_says_all:
        return await desk.journal.read_last(stream)
    overtaken = tuple(desk.codec.name_of_kind(kind) for kind in decider.overtaken)
    return await desk.journal.read_stream(stream, overtaken=overtaken)


def _append(
    context: Context, parts: Sequence[Part], versions: Sequence[int], events: Sequence[NewEvent]
) -> Append:
    return Append(
        actor=context.actor,
        key=context.idempotency_key,
        target=context.target,
        body=context.fingerprint,
        expected={part.stream: version for part, version in zip(parts, versions, strict=True)},
        events=events,
        on_duty=context.on_duty,
    )


def _decide(part: Part, past: Sequence[Recorded[Any]], context: Context) -> Sequence[object]:
    with span(
        f"{part.decider.category}.decide",
        stream=part.stream,
        correlation_id=context.correlation_id,
    ):
        state = fold(part.decider, (recorded.event for recorded in past))
        return part.decider.decide(part.command, state)


async def _new_events(
    desk: Desk,
    context: Context,
    parts: Sequence[Part],
    versions: Sequence[int],
    decided: Sequence[Sequence[object]],
) -> list[NewEvent]:
    happened = [
        (part.stream, version + offset, event)
        for part, version, events in zip(parts, versions, decided, strict=True)
        for offset, event in enumerate(events, start=1)
    ]
    keys = await _keys(desk, [event for _, _, event in happened])
    ids = [event_id_of(context.command_id, ordinal) for ordinal in range(len(happened))]
    return [
        NewEvent(
            stream=stream,
            version=version,
            event_id=event_id,
            name=desk.codec.name_of(event),
            payload=desk.codec.encode(event, event_id=event_id, keys=keys),
            metadata=metadata_of(_within(context, ids[0], event_id)),
        )
        for event_id, (stream, version, event) in zip(ids, happened, strict=True)
    ]


def _within(context: Context, first: UUID, event_id: UUID) -> Context:
    """Where nothing before it caused a command, its first event is the cause of its others."""
    if context.causation_id is not None or event_id == first:
        return context
    return replace(context, causation_id=str(first))


async def _keys(desk: Desk, events: Sequence[object]) -> Keys:
    """The keys to seal these events with; nothing new is written about who was forgotten."""
    subjects = {subject for event in events if (subject := desk.codec.subject_of(event))}
    keys = await desk.keyring.make(subjects)
    if forgotten := sorted(subjects - keys.keys()):
        raise Refused("person-forgotten", talent_id=forgotten[0])
    return keys


async def _asked_before(desk: Desk, context: Context) -> Appended | None:
    """The outcome recorded under this key; `KeyReused` when it was another command's."""
    found = await desk.journal.asked_before(context.actor, context.idempotency_key)
    if found is None:
        return None
    target, body, appended = found
    if (target, body) != (context.target, context.fingerprint):
        raise KeyReused(context.idempotency_key)
    return appended


async def _receipt_again(desk: Desk, context: Context, appended: Appended, stream: str) -> Receipt:
    rows = await _rows_of(desk, appended)
    if rows:
        matter = read_metadata(rows[0].metadata).correlation_id
        context = replace(context, correlation_id=matter)
    return await _receipt(desk, context, appended, rows, stream)


async def _rows_of(desk: Desk, appended: Appended) -> Sequence[StoredEvent]:
    first, last = appended.first_position, appended.last_position
    if first is None or last is None:
        return []
    return await desk.journal.read_after(first - 1, limit=last - first + 1)


async def _receipt(
    desk: Desk,
    context: Context,
    appended: Appended,
    events: Sequence[NewEvent] | Sequence[StoredEvent],
    stream: str,
) -> Receipt:
    """Names the first event's stream; without events, the stream as it stands."""
    if events:
        stream = events[0].stream
        version = max(event.version for event in events if event.stream == stream)
        position = appended.last_position or 0
    else:
        version = sum(last.version for last in await desk.journal.read_last(stream))
        position = await desk.journal.last_position()
    return Receipt(
        service=desk.service,
        stream=stream,
        version=version,
        position=position,
        correlation_id=context.correlation_id,
        event_ids=tuple(event.event_id for event in events),
        repeated=appended.repeated,
    )
