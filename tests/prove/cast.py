"""The two services put to the proof: one records and reacts, another hears of it through Kafka."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import uuid4

from sqlalchemy import BigInteger, Column, Identity, Integer, MetaData, Table, Text, Uuid

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.catalog.talent import TalentRegistered
from events.sourcing.kernel import Kernel
from events.sourcing.process import Dispatch, Process
from events.sourcing.projector import Projection
from events.sourcing.settings import Settings
from events.sourcing.statements import First, Statement
from events.sourcing.types import Context, Later, Published, Recorded, category_of
from tests.support.kernel import BODY, Note, note

READ_MODEL, PROCESS, ELSEWHERE = "read-model", "process", "elsewhere"
PUBLISHED: Mapping[type, Published] = {
    BodyEstablished: Published(classification="public", fields=tuple(BODY.__slots__))
}

ARRIVALS = MetaData()
ARRIVAL = Table(
    "arrival",
    ARRIVALS,
    Column("arrival", Uuid, primary_key=True),
    Column("number", BigInteger, Identity(always=True)),
    Column("stream", Text),
    Column("version", Integer),
    Column("event_id", Uuid),
)
"""Each arrival is a row under a key of its own: what arrives twice stands here twice, in order."""

Around: TypeAlias = Callable[[str, Dispatch], Dispatch]
"""What is put around the dispatch of a process (`process`) or of the timers (`timer`)."""


def arrive(recorded: Recorded[Any]) -> Iterable[Statement]:
    row = {"stream": recorded.stream, "version": recorded.version, "event_id": recorded.event_id}
    yield First(ARRIVAL, {"arrival": uuid4(), **row})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Record one event in a stream; nothing but the key of the command keeps it from a second."""

    stream: str


def answer(recorded: Recorded[Any]) -> Iterable[object]:
    """A person is answered at once and once more later."""
    if isinstance(recorded.event, TalentRegistered):
        streams = f"{category_of(recorded.stream)}-{{}}-{recorded.event_id}"
        yield Answer(stream=streams.format("now"))
        yield Later(
            timer=f"later-{recorded.event_id}",
            due_at=recorded.recorded_at,
            command=Answer(stream=streams.format("later")),
        )


def events_of(words: str, key: str) -> Sequence[object]:
    """`b` is an event about nobody, `p` one about a person whom nobody else is about."""
    person = sample(TalentRegistered, talent_id=f"t-{key}", full_name="张伟", identity_number="7")
    told: Mapping[str, object] = {"b": BODY, "p": person}
    return [told[word] for word in words]


def speaker(settings: Settings, around: Around) -> Kernel:
    """It keeps a read model, reacts to people, fires timers, and its relay carries all away."""
    kernel = Kernel(settings, published=PUBLISHED)
    kernel.project(Projection(name=READ_MODEL, tables=ARRIVALS, project=arrive))

    async def dispatch(command: Answer, context: Context) -> None:
        await kernel.handle(note, command.stream, Note(), context)

    kernel.react(Process(name=PROCESS, react=answer), around("process", dispatch))
    kernel.fire({Answer.__name__: Answer}, around("timer", dispatch))
    return kernel


def listener(settings: Settings, topic: str) -> Kernel:
    """It keeps a read model of what the speaker lets out."""
    kernel = Kernel(settings)
    kernel.project(Projection(name=ELSEWHERE, tables=ARRIVALS, project=arrive, topics=(topic,)))
    return kernel


def left_alone(_: str, dispatch: Callable[..., Awaitable[object]]) -> Dispatch:
    """Puts nothing around it."""
    return dispatch
