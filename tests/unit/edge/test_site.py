"""A site over HTTP: its language, its scripts and assets, its forms and its live regions."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from httpx import ASGITransport, AsyncClient
from sse_starlette import ServerSentEvent

from events.edge.pages import ForgedForm, Glimpse, Site, live, make_site, mount
from events.edge.pages.assets import read_assets
from tests.unit.edge.page_samples import PAGES

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def static(tmp_path: Path) -> Path:
    (tmp_path / "manifest.json").write_text(
        '{"sources": "x", "files": {"concord.css": "sha384-ab+/", "htmx.js": "sha384-cd"}}', "utf-8"
    )
    (tmp_path / "concord.css").write_text("body{}", "utf-8")
    return tmp_path


@pytest.fixture
def site(static: Path) -> Site:
    return make_site(
        service="portal", package=ROOT / "services/portal", secret=b"s" * 32, static=static
    )


@pytest.fixture
async def client(site: Site) -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    mount(app, site)

    @app.get("/{name}.html")
    def page(request: Request, name: str) -> HTMLResponse:
        return site.show(request, f"{name}.html", PAGES["portal"][f"{name}.html"])

    @app.post("/deed")
    async def deed(request: Request) -> PlainTextResponse:
        try:
            await site.forms.check(request)
        except ForgedForm:
            return PlainTextResponse("forged", 403)
        return PlainTextResponse("done")

    transport = ASGITransport(app=app)
    async with AsyncClient(transport=transport, base_url="http://portal.test") as opened:
        yield opened


async def test_the_asked_language_wins_and_is_remembered(client: AsyncClient) -> None:
    assert '<html lang="zh-CN">' in (await client.get("/me.html")).text
    assert '<html lang="en">' in (await client.get("/me.html?lang=en")).text
    assert '<html lang="en">' in (await client.get("/me.html")).text


async def test_a_browser_s_language_counts_until_another_is_asked_for(client: AsyncClient) -> None:
    french_then_english = {"Accept-Language": "fr, en-GB;q=0.8, zh;q=0.5"}
    assert '<html lang="en">' in (await client.get("/me.html", headers=french_then_english)).text


async def test_an_unknown_language_is_the_first_one(client: AsyncClient) -> None:
    answer = await client.get("/me.html?lang=tlh", headers={"Accept-Language": "tlh;q=x"})
    assert '<html lang="zh-CN">' in answer.text


async def test_a_page_forbids_all_but_its_own_scripts_and_may_not_be_kept(
    client: AsyncClient,
) -> None:
    answer = await client.get("/me.html")
    policy = answer.headers["content-security-policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in answer.text
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "Cookie, Accept-Language"


async def test_two_pages_never_share_a_nonce(client: AsyncClient) -> None:
    first, second = [await client.get("/me.html"), await client.get("/me.html")]
    name = "content-security-policy"
    assert first.headers[name] != second.headers[name]


async def test_an_asset_is_named_with_its_digest_and_kept_for_ever(client: AsyncClient) -> None:
    page = (await client.get("/me.html")).text
    assert 'href="/static/concord.css?v=ab-_" integrity="sha384-ab+/"' in page
    kept = (await client.get("/static/concord.css?v=ab-_")).headers["cache-control"]
    assert "immutable" in kept


async def test_pages_are_complete_before_the_assets_are_built(tmp_path: Path) -> None:
    assert read_assets(tmp_path).find("concord.css") is None


async def test_a_form_from_a_page_that_was_shown_is_taken(client: AsyncClient) -> None:
    assert (
        await client.post("/deed", data={"form_token": await shown_token(client)})
    ).text == "done"


async def test_a_form_without_its_token_is_refused(client: AsyncClient) -> None:
    await shown_token(client)
    assert (await client.post("/deed", data={"form_token": "0" * 64})).status_code == 403
    assert (await client.post("/deed")).status_code == 403


async def test_a_form_sent_by_another_site_is_refused_with_the_right_token(
    client: AsyncClient,
) -> None:
    form = {"form_token": await shown_token(client)}
    for header in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://elsewhere.test"}):
        assert (await client.post("/deed", data=form, headers=header)).status_code == 403


async def test_a_token_is_worth_nothing_in_another_browser(client: AsyncClient) -> None:
    token = await shown_token(client)
    client.cookies.clear()
    assert (await client.post("/deed", data={"form_token": token})).status_code == 403


async def shown_token(client: AsyncClient) -> str:
    page = (await client.get("/tickets.html")).text
    return str(page.split('name="form_token" value="')[1].split('"')[0])


async def test_a_live_region_sends_what_changed_under_its_position() -> None:
    async def glimpses() -> AsyncIterator[Glimpse]:
        for position, html in (("1", "<p>a\nb</p>"), ("2", "<p>a\nb</p>"), ("3", "<p>c</p>")):
            yield Glimpse(position=position, html=html)

    stream = live(glimpses()).body_iterator
    sent = [m.encode() async for m in stream if isinstance(m, ServerSentEvent)]
    assert len(sent) == 2
    assert sent[0].split(b"\r\n")[:3] == [b"id: 1", b"data: <p>a", b"data: b</p>"]
    assert sent[1].startswith(b"id: 3")
