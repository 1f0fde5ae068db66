"""`CRASH_AT=<point> python -m tests.prove.child`: a service that may be struck at one point.

Everything it is told stands in its environment, as for any service; whoever started it asks it
through a connection that the child opens, and the child ends when that connection does.
"""

import asyncio
import os
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import uvloop

from events.sourcing import kafka as kafka_module
from events.sourcing import relay as relay_module
from events.sourcing import timers as timers_module
from events.sourcing.batches import Batch
from events.sourcing.kafka import KafkaConsumer
from events.sourcing.kernel import Kernel
from events.sourcing.settings import read_settings
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Recorded
from tests.prove.cast import ELSEWHERE, events_of, listener, speaker
from tests.prove.controls import broken_around, broken_service
from tests.prove.door import answer_all, report, write_to
from tests.prove.oracle import Answered, Command
from tests.prove.points import SPEAKER, Blow, read_blow
from tests.prove.seams import around, replace_in, strike_listener, strike_speaker
from tests.support.kernel import Note, context, note

LEASE = timedelta(seconds=0.5)


def main(environment: Mapping[str, str]) -> None:
    """Live until nobody can ask any more, or until the blow falls."""
    write_to(environment["LOG"])
    _hasten(session_ms=int(environment["SESSION_MS"]))
    uvloop.run(_live(environment))


async def _live(environment: Mapping[str, str]) -> None:
    blow, control = read_blow(environment), environment.get("CONTROL", "")
    kernel = _kernel(environment, blow, control)
    serve = broken_service(control, kernel, partial(_handle, kernel), blow)
    # Who started it may know of it before the blow can fall.
    asked = await report(environment["DOOR"], environment["NAME"])
    async with kernel.running():
        await answer_all(asked, serve)


def _kernel(environment: Mapping[str, str], blow: Blow, control: str) -> Kernel:
    settings = read_settings(environment["SERVICE"], environment)
    if environment["ROLE"] == SPEAKER:
        kernel = speaker(settings, broken_around(control, around(blow)))
        strike_speaker(kernel, blow)
    else:
        kernel = listener(settings, environment["TOPIC"])
        strike_listener(kernel, blow)
        _take_time(kernel, float(environment.get("BATCH_SECONDS", "0")))
    return kernel


def _take_time(kernel: Kernel, seconds: float) -> None:
    """Every batch is in hand for a while before it is applied."""
    reader = kernel.readers[ELSEWHERE]
    if not isinstance(reader, TopicReader):
        raise TypeError(reader)
    apply = reader.applier.apply

    async def apply_slowly(*batches: Batch) -> list[Recorded[Any]]:
        await asyncio.sleep(seconds)
        return await apply(*batches)

    replace_in(reader.applier, "apply", apply_slowly)


async def _handle(kernel: Kernel, command: Command) -> Answered:
    told = Note(events=tuple(events_of(command.words, command.key)))
    receipt = await kernel.handle(note, command.stream, told, context(command.key))
    return Answered(key=command.key, event_ids=receipt.event_ids, position=receipt.position)


def _hasten(*, session_ms: int) -> None:
    """Leases and sessions of a crashed process run out while one waits for it."""
    relay_module.LEASE = LEASE
    relay_module.RENEW_SECONDS = LEASE.total_seconds() / 4
    relay_module.FIRST_PAUSE_SECONDS = 0.02
    timers_module.POLL_SECONDS = 0.1

    def consumer(**settings: Any) -> KafkaConsumer:
        hasty = {"session_timeout_ms": session_ms, "heartbeat_interval_ms": session_ms // 5}
        return KafkaConsumer(**{**settings, **hasty})

    setattr(kafka_module, KafkaConsumer.__name__, consumer)


if __name__ == "__main__":
    main(os.environ)
