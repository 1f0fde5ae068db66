"""The ops pages in both languages, by keyboard alone, for the blind, locked down, scriptless."""

from uuid import uuid5

import pytest
from playwright.sync_api import Page, expect

from infra.world.story import STORIES
from tests.e2e.test_everyone_can_use_it import open_everything, tab_to
from tests.e2e.windows import NARROW, WIDE, Windows, violations

ARRIVAL = str(uuid5(STORIES, "lin"))
"""The matter of a doctor who arrives; it goes through several services."""
PAGES = ["overview", "matter", "trace", "parked"]


def address_of(page: Page, windows: Windows, name: str) -> str:
    """Where the page with this name is; the matter's first trace for `trace`."""
    ops = windows.platform.url("ops")
    match name:
        case "overview":
            return f"{ops}/"
        case "parked":
            return f"{ops}/parked"
        case "matter":
            return f"{ops}/matters/{ARRIVAL}"
        case _:
            matter = page.request.get(f"{ops}/api/matters/{ARRIVAL}").json()
            return f"{ops}/traces/{matter['traces'][0]}"


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(windows: Windows, name: str, language: str, width: int) -> None:
    page = windows.of("operator", "ops", language=language, width=width)
    page.goto(address_of(page, windows, name))
    open_everything(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_where_operators_sign_in(windows: Windows) -> None:
    page = windows.blank()
    page.goto(windows.platform.url("ops"))
    assert violations(page) == []


def test_the_keyboard_alone_signs_in_and_follows_a_matter_into_a_trace(windows: Windows) -> None:
    page = windows.blank(language="en")
    page.goto(windows.platform.url("ops"))
    tab_to(page, "button[value=operator]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    tab_to(page, "input[name=wanted]")
    page.keyboard.type(ARRIVAL)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/matters/{ARRIVAL}")
    tab_to(page, "a[href^='/traces/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/traces/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Trace")


def test_without_script_a_matter_and_its_trace_are_read(windows: Windows) -> None:
    page = windows.of("auditor", "ops", language="en", scripts=False)
    expect(page.locator("th[scope=row]", has_text="registry").first).to_be_visible()
    page.locator("input[name=wanted]").fill(ARRIVAL)
    page.locator("input[name=wanted]").press("Enter")
    expect(page.get_by_text("talent.registered.v1").first).to_be_visible()
    page.locator("a[href^='/traces/']").first.click()
    expect(page.get_by_text("talent.append").first).to_be_visible()
    page.get_by_role("link", name="Parked events").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Parked events")


def test_the_browser_reports_no_breach_of_the_pages_own_rules(windows: Windows) -> None:
    page = windows.of("operator", "ops")
    for name in PAGES:
        page.goto(address_of(page, windows, name))
        page.wait_for_load_state("load")
        assert page.evaluate("typeof htmx") == "object"
    page.goto(address_of(page, windows, "overview"))
    # The chart is drawn by a script of ours, which the rules let run.
    expect(page.locator(".cc-chart canvas")).to_be_visible()
    assert windows.complaints == []


def test_a_script_that_is_not_ours_is_stopped_and_reported(windows: Windows) -> None:
    page = windows.of("operator", "ops")
    page.evaluate(
        "() => { const one = document.createElement('a'); one.href = 'javascript:document.title=1';"
        " document.querySelector('main').append(one); one.click() }"
    )
    expect(page).not_to_have_title("1")
    page.wait_for_function("document.title != '1'")
    assert any("Content Security Policy" in said for said in windows.complaints)
    windows.complaints.clear()


def test_the_open_overview_shows_what_happens_without_being_asked(windows: Windows) -> None:
    page = windows.of("operator", "ops", language="en")
    talent = windows.of("xu", "portal", language="en")
    newest = page.locator("section[aria-labelledby=matters] li").first
    before = newest.inner_text()
    talent.goto(f"{windows.platform.url('portal')}/me/tickets")
    talent.locator("#topic").select_option("housing")
    talent.locator("#subject").fill("Seen by operators")
    talent.locator("#message").fill("A new matter.")
    talent.locator("form[action='/me/tickets'] button").click()
    talent.wait_for_url("**/me/tickets/*")
    expect(newest).not_to_have_text(before, timeout=15_000)
    expect(newest).to_contain_text("ticket.opened.v1", timeout=15_000)
    # Names of people and their words never reach these pages.
    expect(page.locator("body")).not_to_contain_text("Seen by operators")


def test_whoever_is_no_operator_sees_nothing(windows: Windows) -> None:
    officer = windows.of("night-officer", "console", language="en")
    officer.goto(windows.platform.url("ops"))
    expect(officer.get_by_role("heading", level=1)).to_have_text("This page is not for you")
