"""The registry's staff see in the console who asked to be forgotten, and place and lift holds."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from contracts.sample import NOON
from events.edge.identity import Actor, SignedTokens
from events.edge.pages.sign_in import STAFF_COOKIE
from services.console.app import build as build_console
from services.console.leaving import PAGE
from services.registry.standing import MOST
from services.registry.talent.standing import hold
from tests.integration.test_portal_leaving import ELSEWHERE, HOLD, hidden, text_of
from tests.support.conforming import Conforming
from tests.support.kernel import until
from tests.support.registry import (
    CONCIERGE,
    MINHANG_CLERK,
    REGISTRAR,
    SECRET,
    Door,
    open_door,
    own_settings,
    the_talent,
)

ASKED = {"reason": "consent-withdrawn"}


@dataclass(frozen=True, slots=True)
class Office:
    """A registry, a console before it, and somebody's browser for each member of staff."""

    registry: Door
    console: httpx.AsyncBaseTransport

    def browser(self, actor: Actor) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=self.console,
            base_url="http://console",
            cookies={STAFF_COOKIE: SignedTokens(SECRET).issue(actor)},
            headers={"Accept-Language": "en"},
        )

    async def send(self, path: str, **fields: str) -> tuple[int, str]:
        """Fill in a form of the page and follow where it leads."""
        async with self.browser(REGISTRAR) as window:
            shown = (await window.get(PAGE)).text
            keys = {name: hidden(shown, name) for name in ("form_token", "idempotency_key")}
            sent = await window.post(f"{PAGE}{path}", data=keys | fields)
            if sent.status_code == httpx.codes.SEE_OTHER:
                return 303, text_of((await window.get(sent.headers["location"])).text)
            return sent.status_code, text_of(sent.text)

    async def page(self) -> str:
        last = await self.registry.kernel.journal.last_position()
        async with self.browser(REGISTRAR) as window:
            return text_of((await window.get(f"{PAGE}?after={last}")).text)

    async def recorded(self, talent_id: str) -> list[str]:
        rows = await self.registry.kernel.journal.read_stream(f"talent-{talent_id}")
        return [row.name for row in rows]


@pytest.fixture
async def office(postgres_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_door(await own_settings(postgres_url, tmp_path)) as registry:
        own = await own_settings(postgres_url, tmp_path)
        reach = httpx.AsyncClient(mounts={ELSEWHERE: Conforming(registry.app)}, timeout=30)
        app = build_console(replace(own, peers={"registry": ELSEWHERE}), http=reach)
        async with app.router.lifespan_context(app):
            yield Office(registry, httpx.ASGITransport(app))


async def test_a_hold_that_staff_place_bars_the_talent_s_request(office: Office) -> None:
    talent_id = await office.registry.registered()
    status, told = await office.send("/holds", talent_id=talent_id, **HOLD)
    assert (status, "The hold is recorded" in told) == (303, True)
    assert HOLD["authority"] in told
    path, talent = f"/talents/{talent_id}/erasure", the_talent(talent_id)
    refused = await office.registry.post(path, ASKED, by=talent)
    assert refused.json()["type"] == "erasure-on-legal-hold"


async def test_a_hold_that_staff_lift_bars_no_more(office: Office) -> None:
    registry, talent_id = office.registry, await office.registry.registered()
    held = await registry.done(f"/talents/{talent_id}/holds", HOLD)
    status, told = await office.send(f"/{talent_id}/holds/{held['hold_id']}/lift", **HOLD)
    assert (status, "No hold stands" in told) == (303, True)
    asked = await registry.post(f"/talents/{talent_id}/erasure", ASKED, by=the_talent(talent_id))
    assert asked.status_code == 202


async def test_staff_see_who_asked_and_when_it_was_done(office: Office) -> None:
    talent_id = await office.registry.registered()
    assert "Nobody has asked" in await office.page()
    await office.registry.done(f"/talents/{talent_id}/erasure", ASKED, by=the_talent(talent_id))

    async def is_over() -> bool:
        return "✓ Erased" in await office.page()

    await until(is_over)
    assert talent_id in await office.page()


async def test_staff_are_told_where_a_list_is_longer_than_the_page(office: Office) -> None:
    assert "are shown" not in await office.page()
    some = [
        {"hold_id": f"{n}", "talent_id": f"{n}", "authority": "a court", "placed_at": NOON}
        for n in range(MOST + 1)
    ]
    async with office.registry.kernel.engine.begin() as connection:
        await connection.execute(hold.insert(), some)
    assert f"The first {MOST} of {MOST + 1} are shown." in await office.page()


async def test_a_form_with_something_missing_comes_back_and_records_nothing(
    office: Office,
) -> None:
    talent_id = await office.registry.registered()
    before = await office.recorded(talent_id)
    for fields in (
        {"talent_id": talent_id, "authority": "A court", "reason": " "},
        {"talent_id": talent_id, "authority": "", "reason": "a dispute"},
        {"talent_id": "../talents", "authority": "A court", "reason": "a dispute"},
    ):
        status, told = await office.send("/holds", **fields)
        assert (status, "There is a problem" in told) == (422, True), fields
    assert await office.recorded(talent_id) == before


async def test_a_hold_for_somebody_who_is_erased_is_refused_in_words(office: Office) -> None:
    registry, talent_id = office.registry, await office.registry.registered()
    await registry.done(f"/talents/{talent_id}/erasure", ASKED)

    async def is_erased() -> bool:
        return "talent.erased.v1" in await office.recorded(talent_id)

    await until(is_erased)
    status, told = await office.send("/holds", talent_id=talent_id, **HOLD)
    assert (status, "data were erased as requested" in told) == (422, True)


@pytest.mark.parametrize("actor", [CONCIERGE, MINHANG_CLERK])
async def test_nobody_else_of_the_staff_sees_it(office: Office, actor: Actor) -> None:
    talent_id = await office.registry.registered()
    await office.registry.done(f"/talents/{talent_id}/holds", HOLD)
    async with office.browser(actor) as window:
        answer = await window.get(PAGE)
    assert answer.status_code == 403
    assert HOLD["reason"] not in answer.text
