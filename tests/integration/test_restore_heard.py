"""What becomes of events that others heard and that then never happened.

On real PostgreSQL and Kafka; the negative control is a reader that compares versions alone.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.catalog.talent import FactsStated
from events.sourcing import applier as applier_module
from events.sourcing import taking_back as taking_back_module
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import retracted_event
from events.sourcing.losses import resume
from events.sourcing.process import Process
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Context, Published, Recorded, WholeState
from tests.support.heard import hearing, said_to, times_heard
from tests.support.kernel import (
    BODY,
    Note,
    Workplace,
    context,
    note,
    rebuilt,
    until,
    workplace,
)
from tests.support.rewound import Backup

PUBLISHED: dict[type, Published] = {
    BodyEstablished: Published(classification="internal", fields=tuple(BODY.__slots__)),
}
KEPT, LOST, NEW = (replace(BODY, body_id=f"body-{name}") for name in ("kept", "lost", "new"))
STATED = sample(FactsStated, talent_id="t-1")
STATED_AND_LOST = replace(STATED, facts=())


@dataclass(slots=True)
class Scene:
    """A service that says something, forgets it, and says something else; and a listener."""

    speaker: Workplace
    listener: Workplace
    backup: Backup

    @property
    def stream(self) -> str:
        return self.speaker.stream(1)

    @property
    def states(self) -> str:
        return f"{self.speaker.service}.facts"

    def speaking(self) -> Kernel:
        states = {FactsStated: WholeState(topic=self.states, key="talent_id")}
        return self.speaker.kernel(published=PUBLISHED, states=states)

    def listening(self, *topics: str) -> tuple[Kernel, TopicReader]:
        kernel = self.listener.kernel()
        reader = kernel.project(
            hearing(*(topics or [self.speaker.topic]), newest_wins=[self.states])
        )
        assert isinstance(reader, TopicReader)
        return kernel, reader

    async def say(self, *events: object) -> list[UUID]:
        """Record these and let them leave."""
        kernel = self.speaking()
        async with kernel.running():
            receipt = await kernel.handle(note, self.stream, Note(events=events), context())

            async def all_left() -> bool:
                return (await kernel.vitals()).relayed_position >= receipt.position

            await until(all_left)
        return list(receipt.event_ids)

    async def is_restored(self) -> None:
        """Put the database back, let the loss be found and the relay go on."""
        await self.backup.put_back()
        kernel = self.speaking()
        async with kernel.running():

            async def stands_still() -> bool:
                return kernel.relay.standstill is not None

            await until(stands_still)
            assert await resume(kernel.engine, clock=kernel.clock) is not None

            async def told() -> bool:
                untold = "SELECT 1 FROM lost_event WHERE retracted_at IS NULL"
                return await self.speaker.fetch(untold) == []

            await until(told)

    async def heard(self) -> list[str | None]:
        said = await said_to(self.listener.kernels[-1].engine)
        return sorted(said.values(), key=str)

    async def parked(self) -> list[tuple[int, str]]:
        rows = await self.listener.fetch(
            "SELECT version, class FROM parked WHERE reader IN ('heard', 'echo') ORDER BY version"
        )
        return [(row["version"], row["class"]) for row in rows]


@pytest.fixture
async def scene(postgres_url: str, kafka_bootstrap: str) -> AsyncIterator[Scene]:
    async with (
        workplace(postgres_url, kafka_bootstrap) as speaker,
        workplace(postgres_url, kafka_bootstrap) as listener,
    ):
        scene = Scene(speaker, listener, Backup(speaker))
        await speaker.create_topic()
        await speaker.create_topic(scene.states)
        yield scene


async def _hear(scene: Scene, kernel: Kernel, reader: TopicReader) -> None:
    """Until everything on the topics was taken, one way or the other."""
    async with kernel.running():

        async def all_taken() -> bool:
            return reader.caught_up

        await until(all_taken)


async def _heard_and_lost(scene: Scene) -> None:
    """Both versions were heard; the second never happened, and another one did."""
    await scene.say(KEPT)
    await scene.backup.take()
    await scene.say(LOST)
    await _hear(scene, *scene.listening())
    assert await scene.heard() == [str(KEPT), str(LOST)]
    await scene.is_restored()
    await scene.say(NEW)


async def test_a_read_model_that_heard_of_it_parks_the_stream_and_says_why(scene: Scene) -> None:
    await _heard_and_lost(scene)
    await _hear(scene, *scene.listening())
    assert (2, "retracted") in await scene.parked()
    (row,) = await scene.listener.fetch("SELECT reason FROM parked WHERE class = 'retracted'")
    assert "rebuild" in row["reason"]
    assert str(NEW) not in await scene.heard()


async def test_rebuilt_it_knows_what_happened_and_nothing_else(scene: Scene) -> None:
    await _heard_and_lost(scene)
    await _hear(scene, *scene.listening())
    kernel, _ = scene.listening()
    await rebuilt(kernel, "heard")
    await _hear(scene, *scene.listening())
    assert await scene.heard() == [str(KEPT), str(NEW)]
    assert await scene.parked() == []
    times = await times_heard(scene.listener.kernels[-1].engine)
    assert times == {(scene.stream, 1): 1, (scene.stream, 2): 1}


async def test_a_reader_that_compares_versions_alone_never_hears_of_what_happened(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the event at the version seen before passes for a repetition."""
    monkeypatch.setattr(applier_module, "is_fork", lambda *_: False)
    monkeypatch.setattr(taking_back_module, "is_applied", lambda *_: False)
    await _heard_and_lost(scene)
    await _hear(scene, *scene.listening())
    assert await scene.heard() == [str(KEPT), str(LOST)]
    assert await scene.parked() == []


async def test_another_event_at_a_version_seen_before_is_never_taken_for_a_repetition(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where nobody took the lost one back."""
    monkeypatch.setattr(taking_back_module, "is_applied", lambda *_: False)
    await _heard_and_lost(scene)
    await _hear(scene, *scene.listening())
    assert await scene.parked() == [(2, "forked")]


async def test_who_hears_of_it_only_afterwards_has_nothing_parked(scene: Scene) -> None:
    """The retraction came before this reader, and the database remembers it."""
    await _heard_and_lost(scene)
    await _hear(scene, *scene.listening())
    kernel, _ = scene.listening()
    late = kernel.project(replace(hearing(scene.speaker.topic), name="late"))
    assert isinstance(late, TopicReader)
    await _hear(scene, kernel, late)
    rows = await scene.listener.fetch("SELECT 1 FROM parked WHERE reader = 'late'")
    assert rows == []


async def test_a_retraction_that_comes_twice_takes_back_nothing_that_happened(
    scene: Scene,
) -> None:
    await _heard_and_lost(scene)
    await _hear(scene, *scene.listening())
    kernel, _ = scene.listening()
    await rebuilt(kernel, "heard")
    await scene.speaker.fetch("UPDATE lost_event SET retracted_at = NULL")
    await scene.say(NEW)
    await _hear(scene, *scene.listening())
    assert await scene.heard() == [str(KEPT), str(NEW), str(NEW)]
    assert await scene.parked() == []
    async with scene.listener.kernels[-1].engine.connect() as connection:
        assert len((await connection.execute(select(retracted_event))).all()) == 1


async def test_a_process_goes_on_because_what_it_sent_cannot_be_taken_back(scene: Scene) -> None:
    heard: list[str] = []

    async def dispatch(command: Any, _: Context) -> None:
        heard.append(command)

    def react(recorded: Recorded[Any]) -> list[str]:
        return [str(recorded.event)]

    def reacting() -> tuple[Kernel, TopicReader]:
        kernel = scene.listener.kernel()
        process = Process(name="echo", react=react, topics=(scene.speaker.topic,))
        reader = kernel.react(process, dispatch)
        assert isinstance(reader, TopicReader)
        return kernel, reader

    await scene.say(KEPT)
    await scene.backup.take()
    await scene.say(LOST)
    await _hear(scene, *reacting())
    await scene.is_restored()
    await scene.say(NEW)
    await _hear(scene, *reacting())
    assert heard == [str(KEPT), str(LOST), str(NEW)]
    assert await scene.parked() == []


async def test_a_whole_state_that_was_lost_gives_way_to_the_one_that_holds(scene: Scene) -> None:
    await scene.say(STATED)
    await scene.backup.take()
    await scene.say(STATED_AND_LOST)
    await _hear(scene, *scene.listening(scene.states))
    assert await _last_heard(scene) == str(STATED_AND_LOST)
    await scene.is_restored()
    await _hear(scene, *scene.listening(scene.states))
    assert await scene.parked() == []
    times = await times_heard(scene.listener.kernels[-1].engine)
    assert times == {(scene.stream, 1): 2, (scene.stream, 2): 1}


async def _last_heard(scene: Scene) -> str | None:
    rows = await scene.listener.fetch("SELECT version FROM applied")
    return str(STATED_AND_LOST) if rows[0]["version"] == 2 else str(STATED)


async def test_a_whole_state_that_was_lost_and_leaves_none_is_parked(scene: Scene) -> None:
    await scene.say(KEPT)
    await scene.backup.take()
    await scene.say(STATED_AND_LOST)
    await _hear(scene, *scene.listening(scene.states))
    await scene.is_restored()
    await _hear(scene, *scene.listening(scene.states))
    assert await scene.parked() == [(2, "retracted")]
