"""When somebody was erased, every service that knows anything about them forgets it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from events.sourcing.types import Process, Recorded

TALENT_EVENTS = "talent.events"
ERASED = "talent.erased.v1"
"""It stays on its topic for good, so a service that was away still hears of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetPerson:
    """Somebody was erased, at this version of their stream in the registry."""

    talent_id: str
    stream: str
    version: int


def react_to_erasure(recorded: Recorded[Any]) -> Iterable[ForgetPerson]:
    """The envelope says all that is needed."""
    if recorded.name == ERASED:
        yield ForgetPerson(
            talent_id=recorded.stream.partition("-")[2],
            stream=recorded.stream,
            version=recorded.version,
        )


ERASURE = Process(name="erasure", react=react_to_erasure, topics=(TALENT_EVENTS,), unhurried=True)
