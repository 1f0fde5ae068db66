"""The small words every room shares: where a command comes from, what was recorded, what failed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

E_co = TypeVar("E_co", covariant=True)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Whose turn it is with something that one process of a service does at a time."""

    duty: str
    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where a command comes from; it travels with every event the command leads to.

    The same `actor` and `idempotency_key` mean the same command, asked again; `target` and
    `fingerprint` say of what and with which body, so that another command under the same key shows.
    What it leads to is recorded only while `on_duty` is whose turn it is. One that `may_wait` goes
    together with others that come close upon it (see `Company`); what a process sends comes in
    batches already.
    """

    command_id: UUID
    actor: str
    correlation_id: str
    causation_id: str | None
    idempotency_key: str
    target: str
    fingerprint: bytes = b""
    traceparent: str | None = None
    on_duty: OnDuty | None = None
    may_wait: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Generic[E_co]):
    """An event as it stands in a journal, or as it arrived from another service's.

    `position` is the place in its journal, `version` its place in its stream, both from 1.
    `event` is `None` for an envelope that left without its payload.
    """

    event: E_co
    name: str
    event_id: UUID
    service: str
    stream: str
    version: int
    position: int
    recorded_at: datetime
    actor: str
    correlation_id: str
    causation_id: str | None
    traceparent: str | None = None
    classification: str = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a command led to: the last event's place, and the ids of all its events in order."""

    service: str
    stream: str
    version: int
    position: int
    correlation_id: str
    event_ids: tuple[UUID, ...] = ()
    repeated: bool = False


class Refused(Exception):
    """A rule said no; nothing happened. `code` is kebab-case; `facts` help the reader."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, object] = facts


class Conflict(Exception):
    """Someone else wrote to the stream first."""

    def __init__(self, stream: str, *, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream = stream
        self.expected = expected
        self.actual = actual


class Relieved(Exception):
    """Another process has taken this duty over, or may do so; here nothing was recorded."""

    def __init__(self, duty: str) -> None:
        super().__init__(f"this process is not on duty: {duty}")


class KeyReused(Exception):
    """An idempotency key came back with another body or on another target."""

    def __init__(self, key: str) -> None:
        super().__init__("idempotency key was used for another command")
        self.key = key


class Overloaded(Exception):
    """The append queue is full; nothing was written. Try again after `retry_after` seconds."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__("too many appends are waiting")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Send `command` at `due_at`, under a timer's name; the same name replaces an earlier one."""

    timer: str
    due_at: datetime
    command: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Nothing is to be sent under this timer's name any more."""

    timer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """Reacts to its own service's journal, or to the `topics` it names.

    `react` yields commands (sent at once), `Later` or `Cancel`. A command is sent again after a
    crash under the same idempotency key, so what it leads to happens once. Where `streams_apart`,
    what follows for one stream bears on no other: of several streams it is sent side by side.
    It takes `at_once` events in one commit at most, where fewer than usual show sooner.
    Where `unhurried`, nobody waits for what follows: it rests for a moment between its turns.
    """

    name: str
    react: Callable[[Recorded[Any]], Iterable[object]]
    topics: tuple[str, ...] = ()
    newest_wins: tuple[str, ...] = ()
    streams_apart: bool = False
    unhurried: bool = False
    at_once: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What leaves of one event: its class, and the fields named here and no others.

    An event that is not published at all still leaves as its envelope.
    """

    classification: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeState:
    """The event is also the newest state of `key`'s record on a compacted topic.

    Its personal fields leave in clear: the topic is pseudonymous and forgets by `tombstone`.
    """

    topic: str
    key: str
    tombstone: bool = False


def follow(recorded: Recorded[object], *, service: str, reader: str, ordinal: int) -> Context:
    """The context of the `ordinal`-th command that a service's `reader` sends because of an event.

    It is the same each time, so a command sent twice is recorded once; and it is no other
    service's, whose reader may have the same name and hear the same event.
    """
    command_id = uuid5(recorded.event_id, f"{service}/{reader}/{ordinal}")
    return Context(
        command_id=command_id,
        actor=f"process:{reader}",
        correlation_id=recorded.correlation_id,
        causation_id=str(recorded.event_id),
        idempotency_key=str(command_id),
        target=reader,
        traceparent=recorded.traceparent,
    )


def category_of(stream: str) -> str:
    """The category a stream belongs to: what stands before its first hyphen."""
    return stream.partition("-")[0]
