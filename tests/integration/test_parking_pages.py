"""On the ops pages a held stream is seen, released and discarded: by forms, in both languages."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from events.edge.identity import Actor, SignedTokens
from events.edge.pages.sign_in import STAFF_COOKIE
from events.sourcing.clock import real_clock
from events.sourcing.kernel import Kernel
from services.ops.app import build
from tests.support.door import AT, AUDITOR, OPERATOR, OTHER, SECRET, STREAM, Door, open_door
from tests.support.kernel import NOWHERE
from tests.support.parking import event
from tests.support.settings import settings_of_own

HELD = f"/parked/stream?{urlencode({'service': 'concierge', **AT})}"


class Form(HTMLParser):
    """What a browser would send with the form that leads to an address."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self._action = action
        self._inside = False
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self._inside = told.get("action") == self._action
        if self._inside and tag == "input" and told.get("type") == "hidden":
            self.fields[str(told["name"])] = str(told["value"])

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


class Pages:
    """The ops pages before a concierge of which one stream is held."""

    def __init__(self, door: Door, kernel: Kernel, http: httpx.AsyncClient) -> None:
        self.door = door
        self.kernel = kernel
        self.http = http

    async def shows(self, path: str) -> str:
        page = await self.http.get(path)
        assert page.status_code == 200, page.text
        return page.text

    async def sends(self, deed: str, **typed: str) -> httpx.Response:
        """The form of the stream's page, as a browser without script sends it."""
        address = f"/parked/{deed}"
        return await self.send(deed, Form(await self.shows(HELD), address).fields, **typed)

    async def send(self, deed: str, fields: dict[str, str], **typed: str) -> httpx.Response:
        return await self.http.post(f"/parked/{deed}", data={**fields, **typed})

    async def done(self, deed: str, **typed: str) -> str:
        """The page that a browser ends up on."""
        answer = await self.sends(deed, **typed)
        assert answer.status_code == 303, answer.text
        return await self.shows(answer.headers["location"])


@pytest.fixture
async def pages(postgres_url: str, tmp_path: Path) -> AsyncIterator[Pages]:
    async with open_pages(postgres_url, tmp_path, OPERATOR) as opened:
        yield opened


@asynccontextmanager
async def open_pages(
    postgres_url: str, folder: Path, actor: Actor, *, language: str = "en"
) -> AsyncIterator[Pages]:
    settings = await settings_of_own(
        "ops", postgres_url, NOWHERE, folder, clock=real_clock, secret=SECRET, topics=False
    )
    settings = replace(settings, peers={"concierge": "http://concierge"})
    async with open_door(postgres_url) as door:
        to_concierge = httpx.ASGITransport(app=door.app)
        async with httpx.AsyncClient(mounts={"http://concierge": to_concierge}) as peers:
            app = build(settings, http=peers)
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app),
                base_url="http://ops",
                cookies={STAFF_COOKIE: SignedTokens(SECRET).issue(actor)},
                headers={"Accept-Language": language},
            ) as http:
                kernel: Kernel = app.state.kernel
                yield Pages(door, kernel, http)
                await kernel.close()


async def test_the_list_leads_to_the_stream_and_that_says_why_and_whose_move_it_is(
    pages: Pages,
) -> None:
    listed = await pages.shows("/parked")
    assert f"{STREAM}@2" in listed
    assert HELD.replace("&", "&amp;") in listed
    assert "the developers of concierge" in listed
    shown = await pages.shows(HELD)
    assert "The reader fails on it" in shown
    assert "body.established.v1" in shown
    assert f'href="/matters/matter-{STREAM}"' in shown


async def test_a_release_that_helps_ends_on_the_list_and_says_so(pages: Pages) -> None:
    pages.door.bench.broken.clear()
    page = await pages.done("release")
    assert "Released: the events of the stream were taken in order" in page
    assert "Nothing is parked" in page
    assert await pages.door.bench.trail() == {STREAM: "1 2 3 4 5"}


async def test_a_release_that_does_not_help_ends_on_the_stream_and_says_so(pages: Pages) -> None:
    page = await pages.done("release")
    assert "an event failed again: it stands where it stood" in page
    assert "A held stream" in page


async def test_a_discarded_event_lets_the_others_be_released(pages: Pages) -> None:
    page = await pages.done("discard", because="without-effect", reference="INC-7")
    assert "Discarded, and recorded as an event." in page
    assert 'action="/parked/discard"' not in page
    assert "Released" in await pages.done("release")
    (discarded, released) = await pages.door.bench.recorded()
    assert (discarded.because, discarded.reference, discarded.discarded_by) == (
        "without-effect",
        "INC-7",
        OPERATOR.subject,
    )
    assert released.released_by == OPERATOR.subject


async def test_a_repair_belongs_to_the_matter_of_the_event(pages: Pages) -> None:
    await pages.done("release")
    kernel = pages.door.bench.kernel
    (recorded,) = await kernel.desk.open(await kernel.journal.read_after(0, limit=10))
    assert recorded.correlation_id == f"matter-{STREAM}"


async def test_without_a_reason_or_with_words_the_form_comes_back(pages: Pages) -> None:
    empty = await pages.sends("discard", reference="INC-7")
    assert (empty.status_code, "Choose a reason" in empty.text) == (422, True)
    assert 'value="INC-7"' in empty.text
    worded = await pages.sends("discard", because="without-effect", reference="Zhang Wei")
    assert (worded.status_code, "Write it in the form INC-2041" in worded.text) == (422, True)
    assert re.search(r'value="without-effect" checked', worded.text)
    assert await pages.door.bench.recorded() == []


async def test_what_came_to_stand_first_meanwhile_is_not_discarded_by_an_old_page(
    pages: Pages,
) -> None:
    old = Form(await pages.shows(HELD), "/parked/discard").fields
    pages.door.bench.broken = set()
    await pages.door.bench.discard(STREAM, 2, "without-effect")
    answer = await pages.send("discard", old, because="without-effect")
    assert answer.status_code == 422
    assert "Another event stands first now" in answer.text
    assert len(await pages.door.bench.recorded()) == 1


async def test_a_form_sent_twice_is_one_deed(pages: Pages) -> None:
    form = Form(await pages.shows(HELD), "/parked/discard").fields
    for _ in range(2):
        answer = await pages.send("discard", form, because="without-effect")
        assert answer.status_code == 303
    assert len(await pages.door.bench.recorded()) == 1


async def test_what_is_not_held_any_more_is_said_and_not_done(pages: Pages) -> None:
    form = Form(await pages.shows(HELD), "/parked/release").fields
    pages.door.bench.broken.clear()
    await pages.door.bench.release(STREAM)
    answer = await pages.send("release", form)
    assert "there was nothing to do" in await pages.shows(answer.headers["location"])
    assert (await pages.http.get(HELD)).status_code == 404


async def test_a_hole_offers_to_go_on_without_what_is_missing(pages: Pages) -> None:
    await pages.door.bench.feed(event(OTHER, 1), event(OTHER, 3))
    page = await pages.shows(HELD.replace(STREAM, OTHER))
    assert "Go on without what is missing before version 3" in page
    assert re.findall(r'name="because" value="([a-z-]+)"', page) == ["missing-for-good"]


async def test_a_form_from_elsewhere_changes_nothing(pages: Pages) -> None:
    form = Form(await pages.shows(HELD), "/parked/release").fields
    forged = await pages.send("release", {**form, "form_token": "0" * 64})
    assert forged.status_code == 403
    assert await pages.door.bench.recorded() == []


async def test_whoever_may_only_look_sees_no_form_and_is_turned_away(
    postgres_url: str, tmp_path: Path
) -> None:
    async with open_pages(postgres_url, tmp_path, AUDITOR) as pages:
        page = await pages.shows(HELD)
        assert "/parked/release" not in page
        assert "takes somebody who may repair" in page
        token = Form(page, "/sign-out").fields
        place = {"service": "concierge", **AT}
        assert (await pages.send("release", {**token, **place})).status_code == 403
        assert await pages.door.bench.recorded() == []


async def test_in_chinese_everything_is_said_as_well(postgres_url: str, tmp_path: Path) -> None:
    async with open_pages(postgres_url, tmp_path, OPERATOR, language="zh-CN") as pages:
        assert "读取程序处理失败" in await pages.shows("/parked")
        assert "已放行并记录，但仍有事件处理失败" in await pages.done("release")
        assert "已弃置并记录为事件" in await pages.done("discard", because="without-effect")


async def test_a_service_that_does_not_answer_leaves_the_form_to_be_sent_again(
    pages: Pages,
) -> None:
    form = Form(await pages.shows(HELD), "/parked/release").fields
    answer = await pages.send("release", {**form, "service": "registry"})
    assert answer.status_code == 503
    assert "not answering" in answer.text
