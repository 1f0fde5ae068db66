"""Another agency reads what is public: once, in one order, as CloudEvents, and nothing else."""

from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path

import pytest

from contracts.sample import sample
from events.catalog.body import BodyEstablished
from events.edge.identity import Actor
from events.sourcing.bus import records_of
from events.sourcing.kernel import Kernel
from events.sourcing.types import Published, Recorded
from tests.support.feeds import AGENCY, Feed, open_feed
from tests.support.kernel import Note, context, note
from tests.support.ops import own_settings

TALENT = Actor(subject="talent-1", roles=frozenset({"talent"}), talent_id="t-1")
FIELDS = tuple(field.name for field in fields(BodyEstablished))
OPEN: dict[type, Published] = {
    BodyEstablished: Published(classification="public", fields=FIELDS),
}
HIDDEN: dict[type, Published] = {
    BodyEstablished: Published(classification="internal", fields=FIELDS),
}


@pytest.fixture
async def feed(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Feed]:
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, kind="feeds")
    async with open_feed(settings) as feed:
        yield feed


@pytest.fixture
async def clerk(postgres_url: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[Kernel]:
    """A service that lets its events out to everybody."""
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, kind="clerk")
    kernel = Kernel(settings, published=OPEN)
    async with kernel.running():
        yield kernel


async def establish(clerk: Kernel, stream: str, *numbers: int) -> None:
    for number in numbers:
        event = sample(BodyEstablished, number=number)
        await clerk.handle(note, stream, Note(events=(event,)), context())


async def test_the_sdk_reads_each_event_with_what_its_service_let_out(
    feed: Feed, clerk: Kernel
) -> None:
    stream = f"body-{clerk.service}"
    await establish(clerk, stream, 1, 2)
    first, second = await feed.listed(clerk, 2)
    data = first.get_data()
    assert isinstance(data, dict)
    assert (data["body_id"], set(data)) == ("body-1", set(FIELDS) - {"established_by"})
    assert "correlationid" not in first.get_attributes()
    assert (first.get_type(), first.get_subject()) == ("body.established.v1", stream)
    assert [one.get_extension("streamversion") for one in (first, second)] == [1, 2]
    assert first.get_extension("sequence") < second.get_extension("sequence")
    assert first.get_extension("dataclassification") == "public"


async def test_an_event_that_a_relay_sends_again_is_listed_once_at_its_old_place(
    feed: Feed, clerk: Kernel
) -> None:
    streams = [f"body-{clerk.service}-{number}" for number in range(3)]
    for stream in streams:
        await establish(clerk, stream, 1, 2)
    before = await feed.listed(clerk, 6)
    await _send_everything_again(clerk)
    await establish(clerk, streams[0], 3)
    after = await feed.listed(clerk, 7)
    assert [one.get_id() for one in after[:6]] == [one.get_id() for one in before]
    assert len(after) == 7


async def _send_everything_again(clerk: Kernel) -> None:
    rows = await clerk.journal.read_after(0, limit=100)
    opened = [one for one in await clerk.desk.open_each(rows) if isinstance(one, Recorded)]
    await clerk.sender.send(
        [record for one in opened for record in records_of(one, published=OPEN, states={})]
    )


async def test_what_is_internal_is_never_listed(
    feed: Feed, clerk: Kernel, postgres_url: str, kafka_bootstrap: str, tmp_path: Path
) -> None:
    settings = await own_settings(postgres_url, kafka_bootstrap, tmp_path, kind="quiet")
    quiet = Kernel(settings, published=HIDDEN)
    async with quiet.running():
        await establish(quiet, f"body-{quiet.service}", 1)
        await establish(clerk, f"body-{clerk.service}", 1)
        await feed.listed(clerk, 1)
        assert await feed.all_of(quiet) == []


async def test_a_type_can_be_asked_for(feed: Feed, clerk: Kernel) -> None:
    await establish(clerk, f"body-{clerk.service}", 1)
    await feed.listed(clerk, 1)
    wanted = (await feed.page(types="body.established.v1", limit=1000)).json()
    assert {one["type"] for one in wanted} == {"body.established.v1"}
    other = await feed.page(types="policy.repealed.v1", after=10**9)
    assert (other.json(), other.headers["next-cursor"]) == ([], str(10**9))


async def test_only_those_who_may_read(feed: Feed) -> None:
    assert (await feed.page(None)).status_code == 401
    assert (await feed.page(TALENT)).status_code == 403
    assert (await feed.page(AGENCY, limit=0)).status_code == 422
