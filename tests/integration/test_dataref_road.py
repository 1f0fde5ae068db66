"""An event larger than the bus takes is applied like any other: its payload is fetched."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.catalog.talent import Fact, FactsStated
from events.edge.fetching import fetching
from events.edge.identity import Actor, SignedTokens
from events.edge.service import make_app
from events.sourcing.datarefs import Fetch, data_path, nobody_to_ask, state_path
from events.sourcing.kernel import Kernel
from events.sourcing.topic_reader import TopicReader
from events.sourcing.types import Published, WholeState
from tests.support.heard import hearing, said_to, times_heard
from tests.support.kernel import BODY, PERSON, Note, Workplace, context, note, until, workplace

PUBLISHED: Mapping[type, Published] = {
    BodyEstablished: Published(classification="internal", fields=tuple(BODY.__slots__)),
}
TOKENS = SignedTokens(b"secret")
MIB = 1024 * 1024
HUGE = replace(BODY, name_zh="市" * MIB)
HUGE_STATE = sample(
    FactsStated,
    talent_id="t-1",
    facts=tuple(sample(Fact, number=n, document="x" * 2000) for n in range(600)),
)


def _bearer(*roles: str) -> dict[str, str]:
    actor = Actor(subject="somebody", roles=frozenset(roles))
    return {"authorization": f"Bearer {TOKENS.issue(actor)}"}


@dataclass(slots=True)
class Line(httpx.AsyncBaseTransport):
    """The way to the speaking service; it can be cut."""

    app: FastAPI
    cut: bool = False
    asked: list[str] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.cut:
            raise httpx.ConnectError("cut")
        return await httpx.ASGITransport(self.app).handle_async_request(request)


@dataclass(slots=True)
class Road:
    """A service that says too much for the bus, and another that wants to hear it."""

    speaker: Workplace
    listener: Workplace
    speaking: Kernel
    line: Line

    @property
    def states(self) -> str:
        return f"{self.speaker.service}.facts"

    def listening(self, fetch: Fetch | None = None) -> tuple[Kernel, TopicReader]:
        settings = replace(self.listener.settings(), peers={self.speaker.service: "http://speaker"})
        kernel = self.listener.kernel()
        kernel.fetcher = fetch or fetching(settings, self.line)
        reader = kernel.project(hearing(self.speaker.topic, self.states, newest_wins=[self.states]))
        assert isinstance(reader, TopicReader)
        return kernel, reader

    async def say(self, event: object) -> UUID:
        receipt = await self.speaking.handle(
            note, self.speaker.stream(1), Note(events=(event,)), context()
        )
        return receipt.event_ids[0]

    async def parked(self) -> list[tuple[int, str, str]]:
        rows = await self.listener.fetch(
            "SELECT version, class, reason FROM parked ORDER BY version"
        )
        return [(row["version"], row["class"], row["reason"]) for row in rows]


@pytest.fixture
async def road(postgres_url: str, kafka_bootstrap: str) -> AsyncIterator[Road]:
    async with (
        workplace(postgres_url, kafka_bootstrap) as speaker,
        workplace(postgres_url, kafka_bootstrap) as listener,
    ):
        states = {FactsStated: WholeState(topic=f"{speaker.service}.facts", key="talent_id")}
        speaking = speaker.kernel(published=PUBLISHED, states=states)
        app = make_app(speaking, title="speaker", authenticator=TOKENS, routers=[])
        road = Road(speaker, listener, speaking, Line(app))
        await speaker.create_topic()
        await speaker.create_topic(road.states)
        yield road


@asynccontextmanager
async def running(*kernels: Kernel) -> AsyncIterator[None]:
    first, second = kernels
    async with first.running(), second.running():
        yield


async def test_an_event_larger_than_the_bus_takes_is_applied_like_any_other(road: Road) -> None:
    kernel, reader = road.listening()
    async with running(road.speaking, kernel):
        said = [await road.say(event) for event in (BODY, HUGE, BODY)]
        assert await reader.reached_version(road.speaker.stream(1), 3, timeout=30)
    heard = await said_to(road.listener.kernels[0].engine)
    assert [heard[str(one)] for one in said] == [str(BODY), str(HUGE), str(BODY)]
    assert road.line.asked == [data_path(said[1])]
    assert await road.parked() == []


async def test_a_reader_that_fetches_nothing_hears_nothing_of_it(road: Road) -> None:
    """The negative control: the record itself carries no payload, so the fetching brings it."""

    async def nothing(service: str, path: str) -> bytes | None:
        return None

    kernel, reader = road.listening(nothing)
    async with running(road.speaking, kernel):
        said = await road.say(HUGE)
        assert await reader.reached_version(road.speaker.stream(1), 1, timeout=30)
    assert await said_to(road.listener.kernels[0].engine) == {str(said): None}


async def test_a_whole_state_larger_than_the_bus_takes_arrives_whole(road: Road) -> None:
    kernel, _ = road.listening()
    async with running(road.speaking, kernel):
        said = await road.say(HUGE_STATE)

        await until(lambda: _heard_twice(road))
    assert await said_to(road.listener.kernels[0].engine) == {str(said): str(HUGE_STATE)}
    assert road.line.asked == [state_path(said)]


async def _heard_twice(road: Road) -> bool:
    """As its envelope on the topic of events, and as a state."""
    times = await times_heard(road.listener.kernels[0].engine)
    return times == {(road.speaker.stream(1), 1): 2}


async def test_while_the_publisher_is_away_the_reader_waits_and_parks_nothing(
    road: Road,
) -> None:
    kernel, reader = road.listening()
    road.line.cut = True
    async with running(road.speaking, kernel):
        said = [await road.say(event) for event in (HUGE, BODY)]

        async def tried_again() -> bool:
            return reader.progress.retries >= 2

        await until(tried_again)
        assert await road.parked() == []
        assert await said_to(road.listener.kernels[0].engine) == {}
        road.line.cut = False
        assert await reader.reached_version(road.speaker.stream(1), 2, timeout=30)
    heard = await said_to(road.listener.kernels[0].engine)
    assert [heard[str(one)] for one in said] == [str(HUGE), str(BODY)]


async def test_what_the_publisher_itself_does_not_know_parks_its_stream(road: Road) -> None:
    kernel, _ = road.listening()
    async with road.speaking.running():
        await road.say(HUGE)
        await until(lambda: _has_left(road, 1))
        # As after a restore to an earlier moment: the record left, the row is no more.
        await road.speaker.fetch("DELETE FROM journal")
        async with kernel.running():
            await until(lambda: _something_is_parked(road))
    reason = "its publisher does not know its payload"
    assert await road.parked() == [(1, "undecodable", reason)]


async def _has_left(road: Road, position: int) -> bool:
    return (await road.speaking.vitals()).relayed_position == position


async def _something_is_parked(road: Road) -> bool:
    return bool(await road.parked())


async def _asked(road: Road, path: str, headers: Mapping[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(transport=road.line, base_url="http://speaker") as client:
        return await client.get(path, headers=headers)


async def test_a_service_fetches_exactly_what_would_have_left(road: Road) -> None:
    said = await road.say(BODY)
    answer = await _asked(road, data_path(said), _bearer("system"))
    assert answer.status_code == 200
    assert set(answer.json()) == set(PUBLISHED[BodyEstablished].fields)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path_of", [data_path, state_path])
async def test_nobody_else_fetches_anything(road: Road, path_of: object) -> None:
    assert callable(path_of)
    path = path_of(await road.say(HUGE_STATE))
    stranger = SignedTokens(b"another secret").issue(
        Actor(subject="system:x", roles=frozenset({"system"}))
    )
    for headers in ({}, {"authorization": "Bearer x"}, {"authorization": f"Bearer {stranger}"}):
        assert (await _asked(road, path, headers)).status_code == 401
    for roles in ([], ["clerk"], ["agency"], ["ops"], ["talent"], ["registrar"]):
        assert (await _asked(road, path, _bearer(*roles))).status_code == 403


async def test_what_does_not_leave_cannot_be_fetched(road: Road) -> None:
    """An unknown id, an event of which only the envelope leaves, an event that is no state."""
    person, body = await road.say(PERSON), await road.say(BODY)
    for path in (data_path(uuid4()), data_path(person), state_path(person), state_path(body)):
        answer = await _asked(road, path, _bearer("system"))
        assert answer.status_code == 404
        assert PERSON.full_name not in answer.text
    assert (await _asked(road, "/events/no-id/data", _bearer("system"))).status_code == 422


async def test_what_was_forgotten_cannot_be_fetched(road: Road) -> None:
    said = await road.say(HUGE_STATE)
    assert (await _asked(road, state_path(said), _bearer("system"))).status_code == 200
    await road.speaking.keyring.destroy("t-1")
    assert (await _asked(road, state_path(said), _bearer("system"))).status_code == 410


async def test_an_event_that_is_gone_before_it_was_fetched_is_taken_as_its_envelope(
    road: Road,
) -> None:
    kernel, reader = road.listening(nobody_to_ask)
    async with running(road.speaking, kernel):
        said = await road.say(HUGE_STATE)

        async def waits() -> bool:
            return reader.progress.retries >= 1

        await until(waits)
        await road.speaking.keyring.destroy("t-1")
        settings = replace(road.listener.settings(), peers={road.speaker.service: "http://speaker"})
        kernel.fetcher = fetching(settings, road.line)

        await until(lambda: _heard_twice(road))
    assert await said_to(road.listener.kernels[0].engine) == {str(said): None}
    assert await road.parked() == []
