"""What operators see: spans with their links, one matter in every service, and who may look."""

import gzip
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from events.sourcing.kernel import Kernel
from events.sourcing.kernel_tables import parked
from events.sourcing.types import Receipt
from services.ops.keeper import WAITING, SpanKeeper
from services.ops.otlp import MOST_BYTES, read_spans
from tests.support.kernel import Note, context, note, until
from tests.support.ops import OFFICER, Watch, open_watch, own_settings
from tests.support.recorded import NOON
from tests.support.spans import a_request_and_its_reader, trace_ids

PROTOBUF = {"Content-Type": "application/x-protobuf"}
GZIPPED = PROTOBUF | {"Content-Encoding": "gzip"}


@pytest.fixture
async def watch(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Watch]:
    async with open_watch(await own_settings(postgres_url, kafka_bootstrap, tmp_path)) as opened:
        yield opened


@pytest.fixture
async def clerk(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Kernel]:
    """Another service, whose events ops follows."""
    kernel = Kernel(await own_settings(postgres_url, kafka_bootstrap, tmp_path, kind="clerk"))
    async with kernel.running():
        yield kernel


async def send(watch: Watch, *bodies: bytes) -> None:
    """Half of them gzipped, as exporters do where they are told to."""
    for number, body in enumerate(bodies):
        sent, headers = (gzip.compress(body), GZIPPED) if number % 2 else (body, PROTOBUF)
        response = await watch.http.post("/v1/traces", content=sent, headers=headers)
        assert response.status_code == 200, response.text


async def known(watch: Watch, address: str) -> None:
    async def there() -> bool:
        return (await watch.get(address)).status_code == 200

    await until(there)


async def matter_of(watch: Watch, clerk: Kernel, traceparent: str | None = None) -> str:
    """Two events of one matter, the second because of the first; its id once ops knows both."""
    first = replace(context(), traceparent=traceparent)
    receipt: Receipt = await clerk.handle(note, f"body-{clerk.service}-1", Note(), first)
    second = replace(
        context(), correlation_id=first.correlation_id, causation_id=str(receipt.event_ids[0])
    )
    await clerk.handle(note, f"body-{clerk.service}-2", Note(), second)

    async def both() -> bool:
        matter = await watch.read(f"/api/matters/{first.correlation_id}")
        return len(matter["events"]) == 2

    await until(both)
    return first.correlation_id


async def test_a_trace_shows_its_spans_depth_first_with_links_both_ways(watch: Watch) -> None:
    sender, reader = a_request_and_its_reader()
    await send(watch, sender.body(), reader.body())
    (asked, *_), (followed, *_) = trace_ids(sender), trace_ids(reader)
    await known(watch, f"/api/traces/{asked}")
    await known(watch, f"/api/traces/{followed}")
    trace = await watch.read(f"/api/traces/{asked}")
    assert [(s["name"], s["depth"], s["error"]) for s in trace["spans"]] == [
        ("registry.http", 0, False),
        ("talent.append", 1, True),
    ]
    assert trace["spans"][1]["attributes"] == {"stream": "talent-1", "position": 7}
    assert [one["trace_id"] for one in trace["spans"][0]["linked_from"]] == [followed]
    (follower,) = (await watch.read(f"/api/traces/{followed}"))["spans"]
    assert [(one["trace_id"], one["name"]) for one in follower["links"]] == [
        (asked, "registry.http")
    ]


async def test_a_span_sent_again_is_kept_once(watch: Watch) -> None:
    sender, _ = a_request_and_its_reader()
    await send(watch, sender.body(), sender.body())
    (asked, *_) = trace_ids(sender)
    await known(watch, f"/api/traces/{asked}")
    assert len((await watch.read(f"/api/traces/{asked}"))["spans"]) == 2


async def test_a_matter_names_its_events_causes_and_traces(watch: Watch, clerk: Kernel) -> None:
    sender, reader = a_request_and_its_reader()
    await send(watch, sender.body(), reader.body())
    (asked, *_), (followed, *_) = trace_ids(sender), trace_ids(reader)
    await known(watch, f"/api/traces/{followed}")
    matter_id = await matter_of(watch, clerk, f"00-{asked}-{'1' * 16}-03")
    matter = await watch.read(f"/api/matters/{matter_id}")
    first, second = matter["events"]
    assert first["service"] == clerk.service
    assert second["causation_id"] == first["event_id"]
    assert matter["traces"] == [asked, followed]
    assert matter["spans"] == 3
    assert (await watch.read(f"/api/traces/{asked}"))["correlation_ids"] == [matter_id]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_pages_show_the_matter_and_its_trace(
    watch: Watch, clerk: Kernel, language: str
) -> None:
    sender, reader = a_request_and_its_reader()
    await send(watch, sender.body(), reader.body())
    (asked, *_) = trace_ids(sender)
    await known(watch, f"/api/traces/{asked}")
    matter_id = await matter_of(watch, clerk, f"00-{asked}-{'1' * 16}-03")
    shown = await watch.get(f"/matters/{matter_id}?lang={language}")
    assert shown.status_code == 200
    assert matter_id in shown.text
    assert f"/traces/{asked}" in shown.text
    waterfall = await watch.get(f"/traces/{asked}?lang={language}")
    assert waterfall.status_code == 200
    assert "standing.project" in waterfall.text
    overview = await watch.get(f"/?lang={language}")
    assert overview.status_code == 200
    assert matter_id in overview.text
    assert (await watch.get(f"/parked?lang={language}")).status_code == 200


async def test_an_id_is_found_whether_it_is_a_matters_an_events_or_a_traces(
    watch: Watch, clerk: Kernel
) -> None:
    sender, _ = a_request_and_its_reader()
    await send(watch, sender.body())
    (asked, *_) = trace_ids(sender)
    await known(watch, f"/api/traces/{asked}")
    matter_id = await matter_of(watch, clerk)
    event_id = (await watch.read(f"/api/matters/{matter_id}"))["events"][0]["event_id"]
    found = {
        wanted: (await watch.get(f"/find?wanted={wanted}")).headers.get("location")
        for wanted in (matter_id, event_id, asked, "nothing")
    }
    assert found == {
        matter_id: f"/matters/{matter_id}",
        event_id: f"/matters/{matter_id}",
        asked: f"/traces/{asked}",
        "nothing": None,
    }


@pytest.mark.parametrize("path", ["overview", "pulse", "parked", "matters/m-1", "traces/t-1"])
async def test_only_operators_read(watch: Watch, path: str) -> None:
    assert (await watch.get(f"/api/{path}", actor=None)).status_code == 401
    assert (await watch.get(f"/api/{path}", actor=OFFICER)).status_code == 403


@pytest.mark.parametrize("path", ["/", "/matters/m-1", "/traces/t-1", "/parked", "/find?wanted=x"])
async def test_a_page_sends_strangers_to_sign_in_and_others_away(watch: Watch, path: str) -> None:
    stranger = await watch.get(path, actor=None)
    assert (stranger.status_code, stranger.headers["location"][:8]) == (303, "/sign-in")
    assert (await watch.get(path, actor=OFFICER)).status_code == 403


async def test_what_is_not_known_is_not_found(watch: Watch) -> None:
    assert (await watch.get("/api/traces/unknown")).status_code == 404
    assert (await watch.get("/traces/unknown")).status_code == 404
    assert (await watch.get("/matters/unknown")).status_code == 404
    assert (await watch.read("/api/matters/unknown"))["events"] == []


@pytest.mark.parametrize(
    "path", ["/api/matters/%00", "/api/traces/%00", "/matters/%00", "/find?wanted=%00"]
)
async def test_an_id_that_no_database_keeps_is_malformed(watch: Watch, path: str) -> None:
    assert (await watch.get(path)).status_code == 422


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"\xff\xff\xff", PROTOBUF, 400),
        (b"not gzip", GZIPPED, 400),
        (gzip.compress(bytes(MOST_BYTES + 1)), GZIPPED, 413),
        (b"{", {"Content-Type": "application/json"}, 400),
        (b"{}", {"Content-Type": "application/json"}, 200),
    ],
)
async def test_the_receiver_says_what_it_cannot_take(
    watch: Watch, body: bytes, headers: dict[str, str], status: int
) -> None:
    response = await watch.http.post("/v1/traces", content=body, headers=headers)
    assert response.status_code == status


async def test_held_streams_are_told_to_operators_only(watch: Watch) -> None:
    held = {"reader": "journey", "topic": "body.events", "class_": "poison", "reason": "ValueError"}
    rows = [
        held | {"stream": stream, "version": version, "record": b"", "parked_at": NOON}
        for stream, version in (("body-1", 4), ("body-1", 5), ("body-1", 6), ("body-2", 1))
    ]
    async with watch.kernel.engine.begin() as connection:
        await connection.execute(insert(parked), rows)
    told = (await watch.get("/parked-events")).json()["parked"]
    assert [(one["stream"], one["version"], one["waiting"]) for one in told] == [
        ("body-1", 4, 2),
        ("body-2", 1, 0),
    ]
    assert (await watch.get("/parked-events", actor=OFFICER)).status_code == 403


async def test_spans_beyond_the_room_are_turned_away_and_the_sender_is_told(watch: Watch) -> None:
    sender, _ = a_request_and_its_reader()
    keeper: SpanKeeper = watch.app.state.spans
    spans = read_spans(sender.body(), content_type="application/x-protobuf", encoding="")
    assert keeper.offer(spans * WAITING) == (len(spans) - 1) * WAITING
