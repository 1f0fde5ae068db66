"""An event is counted once it is visible in the journey, with the moment at which it became so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from services.ops.agents import Counter
from services.ops.looker import Silent
from services.ops.pulse import Arrival, Tally
from services.ops.sighting_table import KEPT_FOR
from services.ops.visible import GRACE, Place, Sight, Waiting, take_visible

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SEEN = NOON + timedelta(milliseconds=40)
LATER = NOON + timedelta(seconds=1)
BODIES: Place = ("body.events", 0)
TICKETS: Place = ("ticket.events", 0)


@dataclass
class FakeJourney:
    """What the ops service keeps, as a test says."""

    stands: Mapping[Place, int] = field(default_factory=dict)
    noted: Mapping[str, datetime] = field(default_factory=dict)

    async def look(self, event_ids: Sequence[str]) -> Sight:
        noted = {name: at for name, at in self.noted.items() if name in event_ids}
        return Sight(reached=self.stands, moments=noted)


def waiting(offset: int, place: Place = BODIES, *, recorded_at: datetime = NOON) -> Waiting:
    arrival = Arrival(
        topic=place[0],
        partition=place[1],
        offset=offset,
        service="policy",
        position=offset + 1,
        event_id=f"{place[0]}/{offset}",
        recorded_at=recorded_at,
    )
    return Waiting(event=an_event(), arrival=arrival)


def an_event() -> Any:
    event = SimpleNamespace(acked=False)
    event.ack = lambda: setattr(event, "acked", True)
    return event


def offsets(found: Sequence[Waiting]) -> list[tuple[str, int, datetime | None]]:
    arrivals = [one.arrival for one in found]
    return [(each.topic, each.offset, each.seen_at) for each in arrivals]


async def test_what_the_journey_has_not_reached_waits() -> None:
    ready, rest = await take_visible(
        [waiting(0), waiting(1)], FakeJourney({BODIES: 1}, {"body.events/0": SEEN}).look, now=LATER
    )
    assert offsets(ready) == [("body.events", 0, SEEN)]
    assert offsets(rest) == [("body.events", 1, None)]


async def test_a_moment_that_is_not_written_yet_is_waited_for_and_then_given_up() -> None:
    journey = FakeJourney({BODIES: 1})
    ready, rest = await take_visible([waiting(0)], journey.look, now=LATER)
    assert (offsets(ready), len(rest)) == ([], 1)
    nearly, rest = await take_visible(rest, journey.look, now=LATER + GRACE - timedelta(seconds=1))
    assert offsets(nearly) == []
    given_up, rest = await take_visible(rest, journey.look, now=LATER + GRACE)
    assert (offsets(given_up), rest) == ([("body.events", 0, None)], [])


async def test_a_moment_that_comes_late_is_taken() -> None:
    _, rest = await take_visible([waiting(0)], FakeJourney({BODIES: 1}).look, now=LATER)
    journey = FakeJourney({BODIES: 1}, {"body.events/0": SEEN})
    ready, _ = await take_visible(rest, journey.look, now=LATER + timedelta(seconds=1))
    assert offsets(ready) == [("body.events", 0, SEEN)]


async def test_however_long_the_journey_takes_its_moment_is_not_given_up() -> None:
    an_hour_later = NOON + timedelta(hours=1)
    _, rest = await take_visible([waiting(0)], FakeJourney().look, now=an_hour_later)
    assert len(rest) == 1
    journey = FakeJourney({BODIES: 1}, {"body.events/0": an_hour_later})
    ready, _ = await take_visible(rest, journey.look, now=an_hour_later + timedelta(seconds=1))
    assert offsets(ready) == [("body.events", 0, an_hour_later)]


async def test_history_is_counted_at_once() -> None:
    old = waiting(0, recorded_at=NOON - KEPT_FOR)
    ready, _ = await take_visible([old], FakeJourney({BODIES: 1}).look, now=NOON)
    assert offsets(ready) == [("body.events", 0, None)]


async def test_within_a_partition_nothing_overtakes_and_others_are_not_held_up() -> None:
    journey = FakeJourney({BODIES: 2, TICKETS: 1}, {"body.events/1": SEEN, "ticket.events/0": SEEN})
    ready, rest = await take_visible(
        [waiting(0), waiting(1), waiting(0, TICKETS)], journey.look, now=LATER
    )
    assert offsets(ready) == [("ticket.events", 0, SEEN)]
    assert [one.arrival.offset for one in rest] == [0, 1]


async def test_what_is_no_event_has_no_moment_to_wait_for() -> None:
    stranger = Waiting(
        event=an_event(),
        arrival=Arrival(topic=BODIES[0], partition=BODIES[1], offset=0, recorded_at=NOON),
    )
    came = [stranger, waiting(1)]
    _, rest = await take_visible(came, FakeJourney().look, now=NOON)
    assert rest == came, "the journey has not come so far"
    journey = FakeJourney({BODIES: 2}, {"body.events/1": SEEN})
    ready, rest = await take_visible(came, journey.look, now=NOON)
    assert (offsets(ready), rest) == ([("body.events", 0, None), ("body.events", 1, SEEN)], [])


class Tallies(dict[str, bytes]):
    async def safe(self) -> None:
        """All that is in memory is safe."""


@dataclass
class Pulse:
    """A counter with what it is told and what it publishes."""

    journey: FakeJourney = field(default_factory=FakeJourney)
    figures: list[Tally] = field(default_factory=list)
    away: bool = False

    def counter(self, *came: Waiting) -> Counter:
        counter = Counter(Tallies(), publish=self.publish, look=self.look, clock=lambda: LATER)
        counter._waiting.extend(came)
        return counter

    async def look(self, event_ids: Sequence[str]) -> Sight:
        if self.away:
            raise Silent
        return await self.journey.look(event_ids)

    async def publish(self, figures: Sequence[Tally]) -> None:
        self.figures.extend(figures)


async def test_an_event_is_neither_counted_nor_handled_before_it_is_visible() -> None:
    pulse, came = Pulse(), waiting(0)
    counter = pulse.counter(came)
    await counter.count()
    assert (pulse.figures, came.event.acked) == ([], False)
    pulse.journey.stands, pulse.journey.noted = {BODIES: 1}, {"body.events/0": SEEN}
    await counter.count()
    (figure,) = pulse.figures
    assert (figure.count, figure.slowest_ms, came.event.acked) == (1, 40, True)


async def test_while_ops_does_not_answer_nothing_is_lost() -> None:
    pulse, came = Pulse(FakeJourney({BODIES: 1}, {"body.events/0": SEEN})), waiting(0)
    counter = pulse.counter(came)
    pulse.away = True
    await counter.count()
    assert pulse.figures == []
    pulse.away = False
    await counter.count()
    assert [one.count for one in pulse.figures] == [1]
