"""Every page: both languages complete, readable, marked, safe; and the small parts they rest on."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from httpx import ASGITransport, AsyncClient
from sse_starlette import ServerSentEvent

from events.edge.pages import ForgedForm, Glimpse, Site, live, make_site, mount
from events.edge.pages.assets import read_assets
from events.edge.pages.formats import Formats
from infra.assets.wording import (
    catalogue_of,
    extracted,
    packages_with_pages,
    read_catalogue,
    untranslated,
)
from services.ops.swimlane import Bar, Dot, draw
from tests.unit.edge.ops_page_samples import LANES
from tests.unit.edge.page_samples import PAGES

ROOT = Path(__file__).resolve().parents[3]
EVERY_PAGE = [(service, name) for service, names in PAGES.items() for name in names]
EVERY_PACKAGE = packages_with_pages(ROOT)
NOON = datetime(2026, 2, 28, 4, 0, tzinfo=UTC)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)s")


class Outline(HTMLParser):
    """What a reader's tools see: headings, language, ids, labels, inline styles and scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.spoken: list[str | None] = []
        self.open: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br", "input", "rect", "circle", "line", "path"}:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open and self.open[-1][0] not in {"script", "style"}:
            said = [language for _, language in self.open if language]
            self.texts.append(data.strip())
            self.spoken.append(said[-1] if said else None)

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


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


@cache
def site_of(service: str) -> Site:
    return make_site(service=service, package=ROOT / "services" / service, secret=b"s" * 32)


@cache
def rendered(service: str, name: str, *, language: str) -> str:
    site = site_of(service)
    scope = {
        "type": "http", "method": "GET", "path": "/here", "headers": [], "scheme": "http",
        "query_string": f"lang={language}".encode(), "state": {"nonce": "n0nce"},
        "server": ("portal.test", 80),
    }  # fmt: skip
    return site.render(Request(scope), name, PAGES[service][name])


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(("service", "name"), EVERY_PAGE)
def test_a_page_has_one_heading_a_skip_link_and_its_language(
    service: str, name: str, language: str
) -> None:
    outline = Outline(rendered(service, name, language=language))
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(outline.attributes("h1")) == 1
    assert outline.attributes("html")[0]["lang"] == language
    assert outline.attributes("a")[0]["href"] == "#main"
    assert "main" in ids
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("service", "name"), EVERY_PAGE)
def test_a_page_carries_no_inline_style_or_unmarked_script(service: str, name: str) -> None:
    outline = Outline(rendered(service, name, language="en"))
    assert not outline.attributes("style")
    assert all(script.get("nonce") == "n0nce" for script in outline.attributes("script"))
    for _, attributes in outline.tags:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        if any(name.startswith("hx-") for name in attributes):
            assert attributes["hx-nonce"] == "n0nce"


@pytest.mark.parametrize(("service", "name"), EVERY_PAGE)
def test_every_form_posts_without_script_and_every_field_has_a_label(
    service: str, name: str
) -> None:
    outline = Outline(rendered(service, name, language="en"))
    labelled = {attributes.get("for") for attributes in outline.attributes("label")}
    for form in outline.attributes("form"):
        assert form["method"] in {"post", "get"}
        assert form["action"]
    for tag in ("textarea", "select", "input"):
        for field in outline.attributes(tag):
            assert field.get("type") == "hidden" or field["id"] in labelled


@pytest.mark.parametrize(("service", "name"), EVERY_PAGE)
def test_every_page_says_what_is_synthetic_and_that_it_is_no_legal_advice(
    service: str, name: str
) -> None:
    assert "not legal advice" in rendered(service, name, language="en")
    assert "不构成法律意见" in rendered(service, name, language="zh-CN")


def test_an_english_page_marks_every_chinese_text_that_is_not_a_name_or_a_wish() -> None:
    outline = Outline(rendered("portal", "policies.html", language="en"))
    pairs = zip(outline.texts, outline.spoken, strict=True)
    chinese = [text for text, spoken in pairs if CHINESE.search(text) and spoken == "en"]
    assert chinese == ["林知远"]


def test_the_language_switch_keeps_the_page_and_names_itself_in_its_own_language() -> None:
    assert '<a href="/here?lang=en" lang="en" hreflang="en">English</a>' in rendered(
        "portal", "me.html", language="zh-CN"
    )


def test_an_invented_policy_is_marked_and_an_unconfirmed_one_says_so() -> None:
    page = rendered("portal", "policies.html", language="en")
    assert "Invented for demonstration" in page
    assert "In force, not confirmed" in page
    assert "nobody is called eligible" in page


def test_what_is_left_out_of_the_package_carries_the_same_marks() -> None:
    page = rendered("portal", "me.html", language="en")
    _, _, left_out = page.partition("Eligible, but not together with the package")
    left_out, _, _ = left_out.partition("Policy view")
    assert "In force, not confirmed" in left_out
    assert "Invented for demonstration" in left_out


def test_a_condition_shows_its_clause_the_value_read_and_where_that_came_from() -> None:
    page = rendered("portal", "policies.html", language="en")
    assert "Highest degree is at least a doctorate" in page
    assert "Highest degree: doctorate" in page
    assert "Clause: public page, section on who may apply" in page


def test_a_package_says_that_it_may_be_more_where_a_rhythm_was_not_seen() -> None:
    said = "Of 2 sums no source showed how often they are paid"
    assert said in rendered("portal", "me.html", language="en")
    assert "有 2 笔金额的给付频次未见" in rendered("portal", "me.html", language="zh-CN")


def test_a_policy_lists_its_sources_and_links_only_those_whose_keepers_are_known() -> None:
    page = rendered("portal", "policies.html", language="en")
    assert "2 sources were read" in page
    assert "document number not seen" in page
    assert "issued 2025-07" in page
    assert "official page" in page
    links = [link["href"] for link in Outline(page).attributes("a")]
    assert "https://gov.example/chunshen" in links
    assert "http://copy.example/chunshen" not in links
    assert "http://copy.example/chunshen" in page


@pytest.mark.parametrize("package", EVERY_PACKAGE, ids=lambda package: package.name)
def test_the_catalogue_holds_every_text_of_the_templates_translated(package: Path) -> None:
    catalogue = read_catalogue(catalogue_of(package))
    assert untranslated(catalogue) == []
    assert {str(text.id) for text in catalogue} == {str(text.id) for text in extracted(package)}


@pytest.mark.parametrize("package", EVERY_PACKAGE, ids=lambda package: package.name)
def test_a_translation_has_the_placeholders_of_its_text(package: Path) -> None:
    for message in read_catalogue(catalogue_of(package)):
        asked = message.id if isinstance(message.id, str) else list(message.id)[-1]
        said = message.string if isinstance(message.string, str) else (message.string or [""])[0]
        assert sorted(PLACEHOLDER.findall(asked)) == sorted(PLACEHOLDER.findall(said))
        assert "%" not in PLACEHOLDER.sub("", said)


def test_chinese_has_one_form_for_any_number() -> None:
    assert "有 3 项政策待其确定" in rendered("portal", "me.html", language="zh-CN")


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


@pytest.mark.parametrize(
    ("fen", "said"),
    [(0, "¥0"), (30_000_000, "¥300,000"), (12_345, "¥123.45"), (-5_000, "-¥50")],
)
def test_money_is_yuan_and_shows_fen_only_where_there_are_some(fen: int, said: str) -> None:
    assert Formats("en").money(fen) == said


def test_a_moment_is_told_in_shanghai_with_its_offset_for_machines() -> None:
    said = Formats("zh-CN").moment("2026-02-28T16:30:00Z")
    assert "2026年3月1日 00:30" in said
    assert 'datetime="2026-03-01T00:30:00.000+08:00"' in said


def test_a_day_is_told_as_it_was_written() -> None:
    assert ">28 February 2026</time>" in Formats("en").day("2026-02-28")
    assert ">2026年2月28日</time>" in Formats("zh-CN").day(NOON.date())


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (30, "0 min", "0分钟"),
        (-18_900, "5 hrs 15 min", "5小时15分钟"),
        (90_061, "1 day 1 hr", "1天1小时"),
    ],
)
def test_a_length_names_its_two_largest_units(seconds: int, english: str, chinese: str) -> None:
    assert Formats("en").lasting(seconds).replace("mins", "min") == english
    assert Formats("zh-CN").lasting(seconds) == chinese


def test_a_text_in_another_language_only_says_which_and_is_escaped() -> None:
    said = Formats("en").say({"zh": "<闵行>"})
    assert said == '<span lang="zh-CN">&lt;闵行&gt;</span>'
    assert Formats("zh-CN").say({"zh": "闵行", "en": "Minhang"}) == "闵行"
    assert Formats("zh-CN").say(None) == ""


async def test_a_live_region_sends_what_changed_under_its_position() -> None:
    async def glimpses() -> AsyncIterator[Glimpse]:
        for position, html in (("1", "<p>a\nb</p>"), ("2", "<p>a\nb</p>"), ("3", "<p>c</p>")):
            yield Glimpse(position=position, html=html)

    stream = live(glimpses()).body_iterator
    sent = [m.encode() async for m in stream if isinstance(m, ServerSentEvent)]
    assert len(sent) == 2
    assert sent[0].split(b"\r\n")[:3] == [b"id: 1", b"data: <p>a", b"data: b</p>"]
    assert sent[1].startswith(b"id: 3")


def test_the_journey_draws_every_event_and_every_known_cause() -> None:
    assert len(LANES["dots"]) == 8
    assert len(LANES["causes"]) == 7
    places = [dot["x"] for dot in LANES["dots"]]
    assert places == sorted(places)
    assert len(set(places)) == 8


def test_events_of_one_instant_stand_apart_and_a_night_does_not_push_them_off_the_page() -> None:
    first = Dot(number=1, name="a", service="registry", at=NOON, caused_by=None)
    same = Dot(number=2, name="b", service="policy", at=NOON, caused_by=1)
    later = Dot(number=3, name="c", service="policy", at=NOON + timedelta(hours=12), caused_by=99)
    drawn = draw(dots=[later, same, first], bars=[], rooms=["registry", "policy"])
    one, two, three = (dot["x"] for dot in drawn["dots"])
    assert two - one >= 24
    assert three < 400
    assert len(drawn["causes"]) == 1


def test_a_span_outside_the_events_stays_on_the_drawing() -> None:
    dot = Dot(number=1, name="a", service="registry", at=NOON, caused_by=None)
    bar = Bar(service="registry", began_at=NOON - timedelta(days=1), ended_at=NOON + timedelta(1))
    drawn = draw(dots=[dot], bars=[bar], rooms=["registry"])
    assert 0 < drawn["bars"][0]["x"] < drawn["bars"][0]["x"] + drawn["bars"][0]["width"] < 900
