"""My data in the portal: asking for their erasure, and what the page says of it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

import httpx
import pytest

from events.edge.identity import Actor, SignedTokens
from events.edge.pages.sign_in import COOKIES
from services.portal.app import build as build_portal
from services.portal.leaving import PAGE, REASONS
from tests.support.conforming import Conforming
from tests.support.kernel import until
from tests.support.registry import SECRET, Door, open_door, own_settings, somebody, the_talent

TAG = re.compile(r"<[^>]+>")
HOLD = {"authority": "Minhang District Court", "reason": "a dispute about a subsidy"}
SURE = {"reason": "consent-withdrawn", "confirmed": "yes"}
ELSEWHERE = "http://registry"


@dataclass(frozen=True, slots=True)
class Desk:
    """A registry, a portal before it, and one talent's browser."""

    registry: Door
    talent_id: str
    browser: httpx.AsyncClient

    async def page(self, path: str = PAGE) -> str:
        answer = await self.browser.get(path)
        assert answer.status_code == 200
        return answer.text

    async def said(self, path: str = PAGE) -> str:
        return text_of(await self.page(path))

    async def after_all(self) -> str:
        """What the page says once it has seen everything that has happened so far."""
        last = await self.registry.kernel.journal.last_position()
        return await self.said(f"{PAGE}?after={last}")

    async def send(self, **fields: str) -> httpx.Response:
        shown = await self.page()
        keys = {name: hidden(shown, name) for name in ("form_token", "idempotency_key")}
        return await self.browser.post(f"{PAGE}/erasure", data=keys | fields)

    async def recorded(self) -> list[str]:
        rows = await self.registry.kernel.journal.read_stream(f"talent-{self.talent_id}")
        return [row.name for row in rows]


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(TAG.sub(" ", html)))


def hidden(page: str, name: str) -> str:
    return str(re.findall(rf'name="{name}" value="([^"]+)"', page)[-1])


@asynccontextmanager
async def browser_of(
    portal: httpx.AsyncBaseTransport, actor: Actor, secret: bytes = SECRET
) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=portal,
        base_url="http://portal",
        cookies={COOKIES["portal"]: SignedTokens(secret).issue(actor)},
        headers={"Accept-Language": "en"},
    ) as opened:
        yield opened


@pytest.fixture
async def desk(postgres_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_door(await own_settings(postgres_url, tmp_path)) as registry:
        talent_id = await registry.registered()
        own = await own_settings(postgres_url, tmp_path)
        reach = httpx.AsyncClient(mounts={ELSEWHERE: Conforming(registry.app)}, timeout=30)
        app = build_portal(replace(own, peers={"registry": ELSEWHERE}), http=reach)
        async with (
            app.router.lifespan_context(app),
            browser_of(httpx.ASGITransport(app), the_talent(talent_id)) as browser,
        ):
            yield Desk(registry, talent_id, browser)


async def test_whoever_confirms_it_is_forgotten_and_told_so(desk: Desk) -> None:
    assert "You have not asked for it" in await desk.said()
    sent = await desk.send(**SURE)
    assert sent.status_code == 303
    told = await desk.said(sent.headers["location"])
    assert "Your request is recorded and under way" in told

    async def is_over() -> bool:
        return "Erased completely on" in await desk.after_all()

    await until(is_over)
    assert (await desk.registry.get(f"/talents/{desk.talent_id}")).status_code == 404
    assert "Erase my data" not in await desk.after_all()


async def test_without_a_reason_or_a_yes_nothing_is_asked_for(desk: Desk) -> None:
    before = await desk.recorded()
    for fields in (
        {"confirmed": "yes"},
        {"reason": "consent-withdrawn"},
        {"reason": "consent-withdrawn", "confirmed": "no"},
        {"reason": "because", "confirmed": "yes"},
    ):
        sent = await desk.send(**fields)
        assert sent.status_code == 422, fields
        assert "There is a problem" in sent.text
    assert await desk.recorded() == before


async def test_what_was_chosen_stays_chosen_but_a_yes_is_asked_for_again(desk: Desk) -> None:
    sent = await desk.send(reason="retention-ended", confirmed="no")
    assert '<option value="retention-ended" selected>' in sent.text
    assert "checked" not in sent.text


async def test_a_form_sent_twice_is_one_request(desk: Desk) -> None:
    shown = await desk.page()
    form = SURE | {name: hidden(shown, name) for name in ("form_token", "idempotency_key")}
    first = await desk.browser.post(f"{PAGE}/erasure", data=form)
    second = await desk.browser.post(f"{PAGE}/erasure", data=form)
    assert first.headers["location"] == second.headers["location"]
    assert (await desk.recorded()).count("talent.erasure-requested.v1") == 1


async def test_a_form_of_another_site_changes_nothing(desk: Desk) -> None:
    before = await desk.recorded()
    sent = await desk.browser.post(f"{PAGE}/erasure", data=SURE)
    assert sent.status_code == 403
    assert await desk.recorded() == before


async def test_a_legal_hold_is_shown_with_its_reason_and_there_is_no_form(desk: Desk) -> None:
    await desk.registry.done(f"/talents/{desk.talent_id}/holds", HOLD)
    told = await desk.after_all()
    assert "Held by law" in told
    assert HOLD["authority"] in told
    assert HOLD["reason"] in told
    assert "Erase my data" not in told


async def test_a_hold_placed_while_the_form_was_open_is_said_in_words(desk: Desk) -> None:
    shown = await desk.page()
    form = SURE | {name: hidden(shown, name) for name in ("form_token", "idempotency_key")}
    await desk.registry.done(f"/talents/{desk.talent_id}/holds", HOLD)
    sent = await desk.browser.post(f"{PAGE}/erasure", data=form)
    assert sent.status_code == 422
    assert "an authority has ordered that this file be kept" in text_of(sent.text)
    assert "talent.erasure-requested.v1" not in await desk.recorded()


async def test_a_lifted_hold_brings_the_form_back(desk: Desk) -> None:
    held = await desk.registry.done(f"/talents/{desk.talent_id}/holds", HOLD)
    path = f"/talents/{desk.talent_id}/holds/{held['hold_id']}/lift"
    await desk.registry.done(path, HOLD)
    assert "Erase my data" in await desk.after_all()


async def test_nobody_reads_how_it_stands_with_somebody_else(desk: Desk) -> None:
    other = await desk.registry.registered(2)
    path = f"/talents/{desk.talent_id}/erasure"
    assert (await desk.registry.get(path, by=the_talent(desk.talent_id))).status_code == 200
    assert (await desk.registry.get(path, by=the_talent(other))).status_code == 403
    assert (await desk.registry.get("/erasures", by=the_talent(other))).status_code == 403


async def test_the_registry_s_staff_see_who_asked_and_what_is_held(desk: Desk) -> None:
    registry, other = desk.registry, await desk.registry.registered(2)
    held = await registry.done(f"/talents/{other}/holds", HOLD)
    await desk.send(**SURE)

    async def is_over() -> bool:
        last = await registry.kernel.journal.last_position()
        seen = (await registry.get("/erasures", after=last)).json()
        return bool(seen["erasures"] and seen["erasures"][0]["completed_at"])

    await until(is_over)
    seen = (await registry.get("/erasures")).json()
    assert [one["talent_id"] for one in seen["erasures"]] == [desk.talent_id]
    assert [(one["talent_id"], one["hold_id"]) for one in seen["holds"]] == [
        (other, held["hold_id"])
    ]
    assert somebody()["full_name"] not in str(seen)


async def test_the_page_speaks_chinese_too(desk: Desk) -> None:
    answer = await desk.browser.get(f"{PAGE}?lang=zh-CN")
    assert "请求删除" in answer.text
    assert all(text["zh"] in answer.text for text in REASONS.values())
