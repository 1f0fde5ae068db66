"""Both languages, the keyboard alone, tools for the blind, a locked-down browser, no script."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_a_request_travels import ask
from tests.e2e.windows import NARROW, WIDE, Windows, violations

PAGES = [
    ("portal", "lin", "/me"),
    ("portal", "lin", "/me/policies"),
    ("portal", "lin", "/me/tickets"),
    ("portal", "lin", "/me/data"),
    ("portal", "han", "/me"),
    ("console", "night-officer", "/queue"),
    ("console", "registrar", "/leaving"),
]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(("door", "persona", "path"), PAGES)
def test_axe_finds_nothing(
    windows: Windows, door: str, persona: str, path: str, language: str, width: int
) -> None:
    page = windows.of(persona, door, language=language, width=width)
    page.goto(windows.platform.url(door) + path)
    open_everything(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_on_a_request_on_either_side_of_the_desk(windows: Windows) -> None:
    talent = windows.of("xu", "portal", language="en")
    ask(talent, subject="For the blind")
    officer = windows.of("night-officer", "console", language="en")
    officer.get_by_role("link", name="For the blind", exact=True).click()
    assert violations(talent) == []
    assert violations(officer) == []


def test_axe_finds_nothing_where_one_signs_in(windows: Windows) -> None:
    for door in ("portal", "console"):
        page = windows.blank()
        page.goto(windows.platform.url(door))
        assert violations(page) == []


def test_axe_finds_what_is_wrong(windows: Windows) -> None:
    page = windows.of("lin", "portal")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert any(found.startswith("image-alt") for found in violations(page))


def open_everything(page: Page) -> None:
    """What is folded away is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


def test_the_language_is_one_click_away_and_is_remembered(windows: Windows) -> None:
    page = windows.of("lin", "portal")
    expect(page.get_by_role("heading", level=2).first).to_have_text("您的最优合规政策包")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="My requests").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My requests")


def test_the_keyboard_alone_signs_in_and_opens_a_request(windows: Windows) -> None:
    page = windows.blank(language="en")
    page.goto(windows.platform.url("portal"))
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the main content")
    tab_to(page, "button[value=xu]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me")
    tab_to(page, "a[href='/me/tickets#open']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/tickets#open")
    tab_to(page, "#topic")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.type("No mouse here")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/tickets/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("By keyboard")


def tab_to(page: Page, selector: str, *, most: int = 80) -> None:
    """Press Tab until this has the focus, and see that the focus shows."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{selector} was not reached in {most} steps")


def test_the_browser_reports_no_breach_of_the_page_s_own_rules(windows: Windows) -> None:
    talent, officer = windows.of("lin", "portal"), windows.of("night-officer", "console")
    for path in ("/me", "/me/policies", "/me/tickets", "/me/data"):
        talent.goto(windows.platform.url("portal") + path)
        talent.wait_for_load_state("load")
    assert talent.evaluate("typeof htmx") == "object"
    officer.reload()
    assert windows.complaints == []


def test_a_script_that_is_not_ours_is_stopped_and_reported(windows: Windows) -> None:
    page = windows.of("lin", "portal")
    page.evaluate(
        "() => { const one = document.createElement('a'); one.href = 'javascript:document.title=1';"
        " document.querySelector('main').append(one); one.click() }"
    )
    page.wait_for_function("document.title != '1'")
    expect(page).not_to_have_title("1")
    assert any("Content Security Policy" in said for said in windows.complaints)
    windows.complaints.clear()


def test_without_script_everything_can_still_be_done(windows: Windows) -> None:
    talent = windows.of("wang", "portal", language="en", scripts=False)
    ask(talent, subject="Without script")
    officer = windows.of("day-officer", "console", language="en", scripts=False)
    officer.get_by_role("link", name="Without script", exact=True).click()
    officer.locator("#answer").fill("Here is the answer.")
    officer.locator("form[action$='/answer'] button").click()
    officer.locator("#resolution").fill("Done.")
    officer.locator("form[action$='/resolve'] button").click()
    talent.get_by_role("link", name="Refresh").click()
    expect(talent.get_by_text("Here is the answer.")).to_be_visible()
    talent.locator("#stars-4").check()
    talent.locator("form[action$='/rate'] button").click()
    expect(talent.locator(".cc-timeline")).to_contain_text("Rated 4 of 5 stars")


def test_whoever_belongs_to_another_door_sees_nothing(windows: Windows) -> None:
    clerk = windows.of("clerk-minhang", "console", language="en")
    clerk.goto(windows.platform.url("console") + "/queue")
    expect(clerk.get_by_role("heading", level=1)).to_have_text("This page is not for you")
    talent = windows.of("xu", "portal", language="en")
    token = next(c for c in talent.context.cookies() if c["name"] == "concord_session_talent")
    stranger = windows.blank(language="en")
    stranger.context.add_cookies(
        [{"name": "concord_session", "value": token["value"], "domain": "127.0.0.1", "path": "/"}]
    )
    stranger.goto(windows.platform.url("console") + "/queue")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("This page is not for you")
