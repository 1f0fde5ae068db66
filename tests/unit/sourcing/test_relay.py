"""Everything leaves in order, at least once, and is known before; on a database in memory."""

import asyncio
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from events.sourcing import relay as relay_module
from events.sourcing import telemetry
from events.sourcing.codec import Codec
from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import published_topic
from events.sourcing.relay import nothing_to_check
from events.sourcing.tail import Tail
from tests.support.in_memory import play, rows_of
from tests.support.kernel import BODY
from tests.support.relaying import FACTS, Bus, a_relay, claimed, down, header, noted, pointer


def test_every_event_leaves_in_order_and_the_pointer_follows() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        await noted(kernel, "note-1", "note-2", "note-1")
        relay = a_relay(kernel, bus)
        assert await relay.carry(await claimed(relay)) == 3
        assert bus.sent == [["1", "2", "3"]]
        assert [record.key for record in bus.records] == [b"note-1", b"note-2", b"note-1"]
        assert (relay.position, await pointer(kernel)) == (3, 3)

    play(scene)


def test_where_nothing_is_new_nothing_is_sent() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        relay = a_relay(kernel, bus)
        assert await relay.carry(await claimed(relay)) == 0
        assert bus.sent == []

    play(scene)


def test_what_is_published_leaves_with_its_payload_and_the_rest_as_envelopes() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        await noted(kernel, "note-1", events=(BODY, FACTS))
        relay = a_relay(kernel, bus)
        assert await relay.carry(await claimed(relay)) == 2
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
        await noted(kernel, *["note-1"] * 5)
        relay = a_relay(kernel, bus)
        assert await relay.carry(await claimed(relay)) == 5
        assert bus.sent == [["1", "2"], ["3", "4"], ["5"]]
        assert await pointer(kernel) == 5

    play(scene)


def test_the_next_batch_is_read_while_the_bus_still_acknowledges(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "BATCH", 2)

    async def scene(kernel: Kernel) -> None:
        bus, read = Bus(), list[int]()
        await noted(kernel, *["note-1"] * 3)
        relay = a_relay(kernel, bus)
        read_after = kernel.tail.after

        async def after(position: int, *, limit: int) -> object:
            read.append(position)
            return await read_after(position, limit=limit)

        async def look() -> None:
            await asyncio.sleep(1)
            seen.append(list(read))

        kernel.tail.after = after  # type: ignore[method-assign, assignment]
        bus.before, seen = look, list[list[int]]()
        await relay.carry(await claimed(relay))
        assert seen == [[0, 2], [0, 2]], "behind a batch that was not full nothing is read"

    play(scene)


def test_the_pointer_stands_until_every_record_is_acknowledged() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        bus.before = down
        await noted(kernel, "note-1")
        relay = a_relay(kernel, bus)
        token = await claimed(relay)
        with pytest.raises(ConnectionRefusedError):
            await relay.carry(token)
        assert (relay.position, await pointer(kernel)) == (0, 0)
        bus.before = nothing_to_check
        assert await relay.carry(token) == 1
        assert await pointer(kernel) == 1

    play(scene)


def test_what_was_read_ahead_is_let_go_of_where_sending_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "BATCH", 1)

    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        bus.before = down
        await noted(kernel, "note-1", "note-1")
        relay = a_relay(kernel, bus)
        with pytest.raises(ConnectionRefusedError):
            await relay.carry(await claimed(relay))
        assert asyncio.all_tasks() == {asyncio.current_task()}

    play(scene)


def test_where_something_is_said_is_known_before_it_is_said() -> None:
    async def scene(kernel: Kernel) -> None:
        bus, known = Bus(), list[list[str]]()

        async def look() -> None:
            known.append([row["topic"] for row in await rows_of(kernel, published_topic)])

        bus.before = look
        relay = a_relay(kernel, bus)
        token = await claimed(relay)
        for events in ((BODY,), (FACTS,), (BODY,)):
            await noted(kernel, "note-1", events=events)
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
        relay = a_relay(kernel, Bus())
        token = await claimed(relay)
        for events in ((BODY,), (FACTS,), (BODY,)):
            await noted(kernel, "note-1", events=events)
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
        await noted(kernel, *["note-1"] * 3)
        kept.clear()
        relay = a_relay(kernel, Bus())
        await relay.carry(await claimed(relay))

    play(scene)
    (span,) = (one for one in kept.get_finished_spans() if one.name == "relay.send")
    assert dict(span.attributes or {}) == {"events": 3, "position": 3}
    assert len(span.links) == 2


def test_what_cannot_be_read_still_leaves_as_its_envelope() -> None:
    async def scene(kernel: Kernel) -> None:
        bus = Bus()
        await noted(kernel, "note-1", "note-2")
        kernel.tail = Tail(replace(kernel.desk, codec=Codec({})))
        relay = a_relay(kernel, bus)
        assert await relay.carry(await claimed(relay)) == 2
        assert [(record.key, record.value) for record in bus.records] == [
            (b"note-1", b""),
            (b"note-2", b""),
        ]
        assert header(bus.records[0], "ce_type") == "body.established.v1"

    play(scene)
