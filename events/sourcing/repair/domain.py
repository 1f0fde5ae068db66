"""When a held stream may be released, and when an event may be gone on without."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never
from uuid import UUID, uuid5

from events.catalog.repair import EventDiscarded, RepairEvent, StreamReleased
from events.sourcing.decider import Decider
from events.sourcing.faults import BEHIND, HOLE, READY
from events.sourcing.parking import Place
from events.sourcing.types import Refused

CATEGORY = "repair"
STREAMS = UUID("a3f3a4a7-6b1c-5a5c-8f0c-4f4f0d1d9b77")

MISSING_FOR_GOOD = "missing-for-good"
BECAUSE = (
    "not-an-event",
    "replaced-by-another",
    "recorded-elsewhere",
    "without-effect",
    MISSING_FOR_GOOD,
)
"""Codes instead of words of somebody's own, so that nothing about a person gets into the record."""

_REFERENCE = re.compile(r"[A-Z]{2,10}-[0-9]{1,10}")
_WAITING = frozenset({READY, BEHIND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What stands first of a parked stream, and how many wait behind it.

    `gate` is the last version that the reader has taken, where it counts them; `in_order` is false
    where only the newest state counts.
    """

    version: int
    kind: str
    reason: str
    parked_at: datetime
    waiting: int
    gate: int | None
    in_order: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStream:
    place: Place
    held: Held | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardEvent:
    """`version` is the one that whoever asks has seen to stand first."""

    place: Place
    version: int
    because: str
    reference: str | None
    held: Held | None
    by: str
    at: datetime


RepairCommand: TypeAlias = ReleaseStream | DiscardEvent


def stream_of(service: str, place: Place) -> str:
    """What is decided about one place of one service; no other service writes to it."""
    return f"{CATEGORY}-{uuid5(STREAMS, chr(10).join((service, *place)))}"


def versions_discarded(held: Held) -> tuple[int, int]:
    """The event that stands first, or what is missing before it."""
    if held.kind == HOLE and held.gate is not None:
        return held.gate + 1, held.version - 1
    return held.version, held.version


def release_stream(command: ReleaseStream) -> Sequence[RepairEvent]:
    held = command.held
    if held is None:
        raise Refused("parked-stream-not-found")
    reader, topic, stream = command.place
    return [
        StreamReleased(
            reader=reader,
            topic=topic,
            stream=stream,
            version=held.version,
            kind=held.kind,
            reason=held.reason,
            waiting=held.waiting,
            released_by=command.by,
            released_at=command.at,
        )
    ]


def discard_event(command: DiscardEvent) -> Sequence[RepairEvent]:
    held = command.held
    if held is None:
        raise Refused("parked-stream-not-found")
    _check(command, held)
    first, last = versions_discarded(held)
    reader, topic, stream = command.place
    return [
        EventDiscarded(
            reader=reader,
            topic=topic,
            stream=stream,
            first_version=first,
            last_version=last,
            passed=_is_passed(held, first),
            kind=held.kind,
            reason=held.reason,
            because=command.because,
            reference=command.reference,
            discarded_by=command.by,
            discarded_at=command.at,
        )
    ]


def _is_passed(held: Held, first: int) -> bool:
    """Only what is due next: a version far ahead may be a false claim, and others are to come."""
    return held.in_order and (held.gate is None or first == held.gate + 1)


def _check(command: DiscardEvent, held: Held) -> None:
    if held.version != command.version:
        raise Refused("parked-stream-moved-on", version=held.version)
    if held.kind in _WAITING:
        raise Refused("nothing-wrong-yet")
    if command.because not in BECAUSE:
        raise Refused("discard-reason-unknown", known=", ".join(BECAUSE))
    if (command.because == MISSING_FOR_GOOD) != (held.kind == HOLE):
        raise Refused("discard-reason-unfit")
    if command.reference is not None and not _REFERENCE.fullmatch(command.reference):
        raise Refused("reference-malformed")


def decide(command: RepairCommand, _: None) -> Sequence[RepairEvent]:
    """The rule for each command: what stands there now decides, not what was decided before."""
    match command:
        case ReleaseStream():
            return release_stream(command)
        case DiscardEvent():
            return discard_event(command)
        case _:
            assert_never(command)


def evolve(_: None, __: RepairEvent) -> None:
    """Nothing is left behind: each decision stands alone."""


repair: Decider[RepairCommand, None, RepairEvent] = Decider(CATEGORY, None, decide, evolve)
