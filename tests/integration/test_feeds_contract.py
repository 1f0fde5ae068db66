"""What the feed hands out is what its documents promise, read as another agency reads it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cloudevents.core.base import BaseCloudEvent
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from contracts.sample import sample
from events.catalog.names import all_names
from events.catalog.policy import PolicyPublished
from events.sourcing.kernel import Kernel
from events.sourcing.yaml_files import read_yaml_text
from services.feeds.handed_out import HANDED_OUT
from tests.support.feeds import Feed, open_feed
from tests.support.kernel import Note, context, note
from tests.support.ops import own_settings
from tests.support.services import public_rules

NAMES = {shape: name for name, shape in all_names().items()}
DOCUMENT = "http://feeds/asyncapi.yaml"
PAGE = {"$ref": f"{DOCUMENT}#/components/messages/page/payload"}


@pytest.fixture
async def feed(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Feed]:
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, kind="feeds")
    async with open_feed(settings) as feed:
        yield feed


@pytest.fixture
async def everybody(
    postgres_url: str, kafka_bootstrap: str, tmp_path: Path
) -> AsyncIterator[Kernel]:
    """One service that lets out what all of ours together let out to everybody."""
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, kind="everybody")
    kernel = Kernel(settings, published=public_rules())
    async with kernel.running():
        yield kernel


async def happen(everybody: Kernel, *shapes: type) -> None:
    for shape in shapes:
        stream = f"{NAMES[shape].partition('.')[0]}-{everybody.service}-{shape.__name__}"
        await everybody.handle(note, stream, Note(events=(sample(shape),)), context())


async def faults(feed: Feed, event: BaseCloudEvent) -> list[str]:
    """What the schema that an event names says against its data."""
    named = event.get_dataschema()
    assert named is not None, f"{event.get_type()} names no schema"
    answer = await feed.http.get(named)
    assert answer.headers["content-type"] == "application/schema+json"
    Draft202012Validator.check_schema(answer.json())
    found = Draft202012Validator(answer.json()).iter_errors(event.get_data())
    return [fault.message for fault in found]


async def test_every_event_of_every_page_fits_the_schema_it_names(
    feed: Feed, everybody: Kernel
) -> None:
    await happen(everybody, *HANDED_OUT)
    events = await feed.listed(everybody, len(HANDED_OUT))
    assert {event.get_type() for event in events} == {NAMES[shape] for shape in HANDED_OUT}
    assert [await faults(feed, event) for event in events] == [[]] * len(events)


async def test_an_event_that_lacks_what_its_schema_promises_is_found(
    feed: Feed, everybody: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tuple(name for name in HANDED_OUT[PolicyPublished] if name != "digest")
    monkeypatch.setitem(HANDED_OUT, PolicyPublished, kept)
    await happen(everybody, PolicyPublished)
    (event,) = await feed.listed(everybody, 1)
    assert await faults(feed, event) == ["'digest' is a required property"]


def outside(part: Any) -> Iterator[str]:
    """Every reference that leads out of the document."""
    if isinstance(part, dict) and not str(part.get("$ref", "#")).startswith("#"):
        yield part["$ref"]
    below = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for one in below:
        yield from outside(one)


async def served(http: httpx.AsyncClient) -> Registry[Any]:
    """The document and everything it refers to, each fetched from where it says it is."""
    found = {DOCUMENT: read_yaml_text((await http.get(DOCUMENT)).text)}
    for reference in sorted(outside(found[DOCUMENT])):
        address = str(httpx.URL(DOCUMENT).join(reference))
        answer = await http.get(address)
        assert answer.status_code == 200, f"{reference} is not served"
        found[address] = answer.json()
    made = [(at, DRAFT202012.create_resource(one)) for at, one in found.items()]
    return Registry[Any]().with_resources(made)


async def test_every_page_is_as_the_asyncapi_document_says(feed: Feed, everybody: Kernel) -> None:
    await happen(everybody, *HANDED_OUT)
    await feed.listed(everybody, len(HANDED_OUT))
    page = Draft202012Validator(PAGE, registry=await served(feed.http))
    pages = [one async for one in feed.pages()]
    assert sum(map(len, pages)) >= len(HANDED_OUT)
    for one in pages:
        page.validate(one)
    event = pages[0][0]
    assert not page.is_valid([{**event, "data": {}}])
    assert not page.is_valid([{**event, "type": "talent.registered.v1"}])
    assert not page.is_valid([{key: event[key] for key in event if key != "dataschema"}])


async def test_the_asyncapi_document_lists_what_is_handed_out_and_where_its_schema_is(
    feed: Feed,
) -> None:
    document = read_yaml_text((await feed.http.get(DOCUMENT)).text)
    listed = {name for name in document["components"]["schemas"] if name != "attributes"}
    assert listed == {NAMES[shape] for shape in HANDED_OUT}
    assert document["channels"]["feed"]["address"] == "/events"
    assert document["operations"]["read"]["bindings"]["http"]["method"] == "GET"
    assert (await feed.http.get("/schemas/talent.registered.v1.json")).status_code == 404
