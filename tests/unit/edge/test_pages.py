"""Every page: both languages readable, marked, and safe to show."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from events.edge.pages import Site, make_site
from tests.unit.edge.page_request import NONCE, asking
from tests.unit.edge.page_samples import PAGES
from tests.unit.edge.policy_samples import OLD, POSTDOC

ROOT = Path(__file__).resolve().parents[3]
EVERY_PAGE = [(service, name) for service, names in PAGES.items() for name in names]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


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


@cache
def site_of(service: str) -> Site:
    return make_site(service=service, package=ROOT / "services" / service, secret=b"s" * 32)


@cache
def rendered(service: str, name: str, *, language: str) -> str:
    return site_of(service).render(asking(language), name, PAGES[service][name])


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
    assert all(script.get("nonce") == NONCE for script in outline.attributes("script"))
    for _, attributes in outline.tags:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        if any(name.startswith("hx-") for name in attributes):
            assert attributes["hx-nonce"] == NONCE


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


def test_a_package_says_what_the_talent_still_has_and_would_lose() -> None:
    page = " ".join(Outline(rendered("portal", "me.html", language="en")).texts)
    assert "What you still have would end with it: " in page
    assert f"{OLD['title']['en']}, because of {POSTDOC['title']['en']}." in page


def test_whoever_has_something_is_told_that_it_may_end_and_why() -> None:
    said = "something that is asked does not hold, so it may end."
    for page in ("me.html", "policies.html"):
        text = " ".join(Outline(rendered("portal", page, language="en")).texts)
        assert f"While you have it: {said}" in text
        assert "Works in Putuo District" in text
    assert "What you have and may lose" in rendered("portal", "me.html", language="en")
    every = " ".join(Outline(rendered("portal", "policies.html", language="zh-CN")).texts)
    assert "年度复核： 尚不能判断，缺少信息： 社会保险" in every


def test_every_policy_says_who_contests_it_and_what_could_not_be_read_is_counted() -> None:
    page = rendered("portal", "policies.html", language="en")
    assert "2 published texts are not understood here and are left out" in page
    assert "says that it changes or replaces this one: Another text. Its body has no say" in page
    assert "有 2 份已发布文件无法识别" in rendered("portal", "policies.html", language="zh-CN")


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


def test_a_package_says_why_it_is_provisional_and_which_rulings_it_follows() -> None:
    page = rendered("portal", "me.html", language="en")
    assert "Until a body with a say over both rules, the stricter counts." in page
    assert "Settled in your favour it would add up to ¥30,000." in page
    assert "leaves open whether it means benefits of other bodies too" in page
    assert "does not say in which order its sum is worked out" in page
    assert "Ruled by Demo City (invented), from" in page
    assert "Ruled: you may have both" in page
    assert "Ruled: only one of the two" in page


def test_only_whoever_has_a_say_finds_a_form_to_rule_with() -> None:
    page = rendered("console", "rulings.html", language="en")
    assert page.count('action="/rulings/give"') == 2
    assert "Your body is not among them" not in page
    assert "No body issued both texts or stands above all that did" in page


def test_chinese_has_one_form_for_any_number() -> None:
    assert "有 3 项政策待其确定" in rendered("portal", "me.html", language="zh-CN")
