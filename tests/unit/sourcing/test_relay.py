"""Everything leaves in order, at least once, by one relay at a time; on a database in memory."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.catalog.talent import FactsStated
from events.sourcing import relay as relay_module
from events.sourcing import telemetry
from events.sourcing.bus import Record
from events.sourcing.codec import Codec
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import published_topic
from events.sourcing.relay import LostLease, Relay, nothing_to_check
from events.sourcing.standstill import StandsStill, Standstill
from events.sourcing.tail import Tail
from events.sourcing.types import Published, WholeState
from events.sourcing.wake import Wake
from tests.support.in_memory import play, rows_of
from tests.support.kernel import BODY, Note, context, in_background, note

PUBLISHED = {BodyEstablished: Published(classification="public", fields=("body_id",))}
STATES = {FactsStated: WholeState(topic="talent.facts", key="talent_id")}
FACTS = sample(FactsStated)
WHOLE_LEASE = 3.4
"""Seconds until a lease is over: the simulated database's clock runs three times as fast."""


class Bus:
    """Takes records; `before` happens while it is asked to."""

    def __init__(self) -> None:
        self.sent: list[list[str]] = []
        self.records: list[Record] = []
        self.asked_at: list[float] = []
        self.before: Callable[[], Awaitable[None]] = nothing_to_check

    async def send(self, records: list[Record]) -> None:
        self.asked_at.append(asyncio.get_running_loop().time())
        await self.before()
        self.records += records
        self.sent.append([_header(record, "ce_sequence").lstrip("0") for record in records])


def _header(record: Record, name: str) -> str:
    return dict(record.headers)[name].decode()


def _relay(kernel: Kernel, bus: Bus, **more: object) -> Relay:
    made = {"published": PUBLISHED, "states": STATES, "wake": Wake(), **more}
    return Relay(kernel.engine, kernel.tail, bus, **made)  # type: ignore[arg-type]


async def _noted(kernel: Kernel, *streams: str, events: tuple[object, ...] = (BODY,)) -> None:
    for stream in streams:
        await kernel.handle(note, stream, Note(events=events), context())


async def _claimed(relay: Relay) -> int:
    claim = await relay._claim()
    assert claim is not None
    relay.position, token = claim
    return token


async def _pointer(kernel: Kernel) -> int:
    async with kernel.engine.connect() as connection:
        found = await connection.execute(text("SELECT position FROM relay_pointer"))
        return int(found.first().position)  # type: ignore[union-attr]


async def _down() -> None:
    raise ConnectionRefusedError


@pytest.fixture
def in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses as long as they are meant to be."""
    monkeypatch.setattr(relay_module, "jittered", lambda seconds: seconds)


def test_every_event_leaves_in_order_and_the_pointer_follows() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        await _noted(kernel, "note-1", "note-2", "note-1")
        relay = _relay(kernel, bus)
        assert await relay.carry(await _claimed(relay)) == 3
        assert bus.sent == [["1", "2", "3"]]
        assert [record.key for record in bus.records] == [b"note-1", b"note-2", b"note-1"]
        assert (relay.position, await _pointer(kernel)) == (3, 3)

    play(scene)


def test_where_nothing_is_new_nothing_is_sent() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        relay = _relay(kernel, bus)
        assert await relay.carry(await _claimed(relay)) == 0
        assert bus.sent == []

    play(scene)


def test_what_is_published_leaves_with_its_payload_and_the_rest_as_envelopes() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        await _noted(kernel, "note-1", events=(BODY, FACTS))
        relay = _relay(kernel, bus)
        assert await relay.carry(await _claimed(relay)) == 2
        assert [record.topic for record in bus.records] == [
            "note.events",
            "note.events",
            "talent.facts",
        ]
        assert [record.value for record in bus.records[:2]] == [b'{"body_id":"body-1"}', b""]

    play(scene)


def test_a_long_journal_leaves_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "BATCH", 2)

    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        await _noted(kernel, *["note-1"] * 5)
        relay = _relay(kernel, bus)
        assert await relay.carry(await _claimed(relay)) == 5
        assert bus.sent == [["1", "2"], ["3", "4"], ["5"]]
        assert await _pointer(kernel) == 5

    play(scene)


def test_the_next_batch_is_read_while_the_bus_still_acknowledges(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "BATCH", 2)

    async def scene(kernel: Kernel) -> None:
        bus, read = Bus(), list[int]()
        await _noted(kernel, *["note-1"] * 3)
        relay = _relay(kernel, bus)
        read_after = kernel.tail.after

        async def after(position: int, *, limit: int) -> object:
            read.append(position)
            return await read_after(position, limit=limit)

        async def look() -> None:
            await asyncio.sleep(1)
            seen.append(list(read))

        kernel.tail.after = after  # type: ignore[method-assign, assignment]
        bus.before, seen = look, list[list[int]]()
        await relay.carry(await _claimed(relay))
        assert seen == [[0, 2], [0, 2]], "behind a batch that was not full nothing is read"

    play(scene)


def test_the_pointer_stands_until_every_record_is_acknowledged() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        bus.before = _down
        await _noted(kernel, "note-1")
        relay = _relay(kernel, bus)
        token = await _claimed(relay)
        with pytest.raises(ConnectionRefusedError):
            await relay.carry(token)
        assert (relay.position, await _pointer(kernel)) == (0, 0)
        bus.before = nothing_to_check
        assert await relay.carry(token) == 1
        assert await _pointer(kernel) == 1

    play(scene)


def test_what_was_read_ahead_is_let_go_of_where_sending_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "BATCH", 1)

    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        bus.before = _down
        await _noted(kernel, "note-1", "note-1")
        relay = _relay(kernel, bus)
        with pytest.raises(ConnectionRefusedError):
            await relay.carry(await _claimed(relay))
        assert asyncio.all_tasks() == {asyncio.current_task()}

    play(scene)


def test_a_lease_is_claimed_by_one_and_by_the_next_when_it_is_over() -> None:
    async def scene(kernel: Kernel) -> None:
        first, second = _relay(kernel, Bus()), _relay(kernel, Bus())
        token = await _claimed(first)
        assert await second._claim() is None
        await asyncio.sleep(WHOLE_LEASE)
        assert await second._claim() == (0, token + 1)

    play(scene)


def test_carrying_renews_the_lease() -> None:
    async def scene(kernel: Kernel) -> None:
        relay, other = _relay(kernel, Bus()), _relay(kernel, Bus())
        token = await _claimed(relay)
        await asyncio.sleep(WHOLE_LEASE / 2)
        await _noted(kernel, "note-1")
        await relay.carry(token)
        await asyncio.sleep(WHOLE_LEASE * 0.7)
        assert await other._claim() is None

    play(scene)


def test_who_lost_the_lease_moves_the_pointer_no_more() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        await _noted(kernel, "note-1")
        zombie, heir = _relay(kernel, bus), _relay(kernel, bus)
        old = await _claimed(zombie)
        await asyncio.sleep(WHOLE_LEASE)
        new = await _claimed(heir)
        with pytest.raises(LostLease):
            await zombie.carry(old)
        assert (zombie.position, await _pointer(kernel)) == (0, 0)
        assert await heir.carry(new) == 1
        with pytest.raises(LostLease):
            await zombie.carry(old)
        assert bus.sent == [["1"]] * 3, "duplicates, which readers drop"
        assert await _pointer(kernel) == 1

    play(scene)


@pytest.mark.usefixtures("in_step")
def test_a_relay_backs_off_longer_and_longer_and_drains_afterwards() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        bus.before = _down
        await _noted(kernel, "note-1")
        async with in_background(_relay(kernel, bus).run()):
            await asyncio.sleep(20)
            gaps = [b - a for a, b in zip(bus.asked_at, bus.asked_at[1:], strict=False)]
            assert gaps == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0], abs=0.01)
            bus.before = nothing_to_check
            await asyncio.sleep(6)
            assert await _pointer(kernel) == 1

    play(scene)


@pytest.mark.usefixtures("in_step")
def test_after_something_has_left_the_first_pause_is_short_again() -> None:
    async def scene(kernel: Kernel) -> None:
        bus, relay = Bus(), None
        await _noted(kernel, "note-1")
        relay = _relay(kernel, bus)
        async with in_background(relay.run()):
            await asyncio.sleep(1)
            bus.before = _down
            await _noted(kernel, "note-1")
            await asyncio.sleep(3)
        first, again, third = bus.asked_at[1:4]
        assert again - first == pytest.approx(0.1, abs=0.02)
        assert third - again == pytest.approx(0.2, abs=0.02)

    play(scene)


def test_a_library_that_gives_up_does_not_end_the_relay() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()

        async def given_up() -> None:
            bus.before = nothing_to_check
            raise asyncio.CancelledError

        bus.before = given_up
        await _noted(kernel, "note-1")
        async with in_background(_relay(kernel, bus).run()):
            await asyncio.sleep(2)
            assert await _pointer(kernel) == 1

    play(scene)


def test_an_idle_relay_keeps_its_lease_and_gives_it_up_at_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "LEASE", timedelta(seconds=21))

    async def scene(kernel: Kernel) -> None:
        other = _relay(kernel, Bus())
        async with in_background(_relay(kernel, Bus()).run()):
            for _ in range(30):
                await asyncio.sleep(1)
                assert await other._claim() is None
        assert await other._claim() is not None

    play(scene)


def test_a_relay_that_must_stand_still_says_so_once_and_sends_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scene(kernel: Kernel) -> None:
        bus, found = Bus(), [True]

        async def check() -> None:
            if found:
                raise StandsStill("a restore was found", remedy="resume")

        await _noted(kernel, "note-1")
        relay = _relay(kernel, bus, check=check)
        async with in_background(relay.run()):
            await asyncio.sleep(30)
            assert relay.standstill == Standstill(reason="a restore was found", remedy="resume")
            assert bus.sent == []
            found.clear()
            await asyncio.sleep(10)
            assert (relay.standstill, bus.sent) == (None, [["1"]])

    with caplog.at_level(logging.ERROR):
        play(scene)
    assert caplog.messages == ["the relay stands still: a restore was found; resume"]


def test_states_that_were_sent_too_late_are_all_said_again() -> None:
    """On a compacted topic the zombie's would otherwise stay as the last ones."""

    async def scene(kernel: Kernel) -> None:
        late = Bus()
        await _noted(kernel, "note-1")
        zombie, heir = _relay(kernel, late), _relay(kernel, Bus())
        await zombie.carry(await _claimed(zombie))
        await _noted(kernel, "note-1", events=(FACTS,))
        token = await _sends_past_its_lease(zombie, heir, late)
        assert await _pointer(kernel) == 1, "back to where the zombie had begun"
        heir.position = 1
        with pytest.raises(LostLease):
            await heir._move(token, 2)
        again = Bus()
        async with in_background(_relay(kernel, again).run()):
            await asyncio.sleep(1)
        assert again.sent == [["2", "2"]]

    play(scene)


async def _sends_past_its_lease(zombie: Relay, heir: Relay, late: Bus) -> int:
    """The heir's token; it carried everything while the zombie slept."""
    tokens = list[int]()

    async def meanwhile() -> None:
        await asyncio.sleep(WHOLE_LEASE)
        tokens.append(await _claimed(heir))
        await heir.carry(tokens[0])

    late.before = meanwhile
    await asyncio.sleep(WHOLE_LEASE)
    with pytest.raises(LostLease):
        await zombie._hold_lease()
    return tokens[0]


def test_events_alone_that_were_sent_too_late_are_not_said_again() -> None:
    async def scene(kernel: Kernel) -> None:
        late = Bus()
        await _noted(kernel, "note-1")
        zombie, heir = _relay(kernel, late), _relay(kernel, Bus())
        token = await _sends_past_its_lease(zombie, heir, late)
        assert await _pointer(kernel) == 1
        await heir._move(token, 2)

    play(scene)


def test_states_that_were_acknowledged_are_not_said_again() -> None:
    async def scene(kernel: Kernel) -> None:
        await _noted(kernel, "note-1", events=(FACTS,))
        relay = _relay(kernel, Bus())
        await relay.carry(await _claimed(relay))
        await relay._set_right()
        assert await _pointer(kernel) == 1

    play(scene)


def test_where_something_is_said_is_known_before_it_is_said() -> None:
    async def scene(kernel: Kernel) -> None:
        bus, known = Bus(), list[list[str]]()

        async def look() -> None:
            known.append([row["topic"] for row in await rows_of(kernel, published_topic)])

        bus.before = look
        relay = _relay(kernel, bus)
        token = await _claimed(relay)
        for events in ((BODY,), (FACTS,), (BODY,)):
            await _noted(kernel, "note-1", events=events)
            await relay.carry(token)
        both = ["note.events", "talent.facts"]
        assert known == [["note.events"], both, both]

    play(scene)


def test_a_topic_is_made_known_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[set[str]]()

    async def note_it(_: object, topics: set[str]) -> None:
        asked.append(set(topics))

    monkeypatch.setattr(relay_module, "know_topics", note_it)

    async def scene(kernel: Kernel) -> None:
        relay = _relay(kernel, Bus())
        token = await _claimed(relay)
        for events in ((BODY,), (FACTS,), (BODY,)):
            await _noted(kernel, "note-1", events=events)
            await relay.carry(token)

    play(scene)
    assert asked == [{"note.events"}, {"talent.facts"}]


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_send_is_one_span_that_names_its_end_and_links_to_what_led_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(telemetry, "_tracer", provider.get_tracer("test"))
    monkeypatch.setattr(relay_module, "traceparent_of", lambda _: TRACE)
    monkeypatch.setattr(relay_module, "LINKS", 2)

    async def scene(kernel: Kernel) -> None:
        await _noted(kernel, *["note-1"] * 3)
        kept.clear()
        relay = _relay(kernel, Bus())
        await relay.carry(await _claimed(relay))

    play(scene)
    (span,) = (one for one in kept.get_finished_spans() if one.name == "relay.send")
    assert dict(span.attributes or {}) == {"events": 3, "position": 3}
    assert len(span.links) == 2


def test_what_cannot_be_read_still_leaves_as_its_envelope() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        await _noted(kernel, "note-1", "note-2")
        kernel.tail = Tail(replace(kernel.desk, codec=Codec({})))
        relay = _relay(kernel, bus)
        assert await relay.carry(await _claimed(relay)) == 2
        assert [(record.key, record.value) for record in bus.records] == [
            (b"note-1", b""),
            (b"note-2", b""),
        ]
        assert _header(bus.records[0], "ce_type") == "body.established.v1"

    play(scene)
