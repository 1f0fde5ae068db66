"""A clerk rules on a contradiction: by the keyboard alone, in both languages, without script."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.platform import Platform
from tests.e2e.test_everyone_can_use_it import open_everything, tab_to
from tests.e2e.test_somebody_is_forgotten import told
from tests.e2e.windows import NARROW, WIDE, Windows, violations
from tests.unit.policy.ruling_samples import CITY_TEXT, DISTRICT_TEXT

PATH = "/rulings"
CLERK = "clerk-demo-city"
CLAUSE = "Ruling 7, point 2: they serve different ends"


def published(platform: Platform, number: int) -> str:
    """Two texts that disagree and reach nobody of the platform; the statement that forbids."""
    receipt = {"position": 0}
    for text in (CITY_TEXT, DISTRICT_TEXT):
        # Nobody is this young, so that no other test's package is touched.
        own = text.replace("years: 40", "years: 1")
        for name in ("DEMO-CITY", "DEMO-DISTRICT"):
            own = own.replace(name, f"{name}-{number}")
        body = {"document": own.replace("(虚构)", f"{number}(虚构)")}
        key = f"ruling/{number}/{len(text)}"
        receipt = told(platform, "/policies", body, key=key, service="policy")
    assert receipt["position"]
    return f"DEMO-CITY-{number}-not-both.DEMO-DISTRICT-{number}-both"


def desk(windows: Windows, **more: object) -> Page:
    page = windows.of(CLERK, "console", **more)
    page.goto(windows.platform.url("console") + PATH)
    return page


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_axe_finds_nothing_where_contradictions_wait_and_after_one_was_ruled(
    windows: Windows, language: str, width: int
) -> None:
    name = published(windows.platform, width + (language == "en"))
    page = desk(windows, language=language, width=width)
    open_everything(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(f"[id='clause-{name}']").fill("")
    page.locator(f"[id='{name}'] form button").first.click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert violations(page) == []
    page.locator(f"[id='prevails-{name}']").check()
    page.locator(f"[id='clause-{name}']").fill(CLAUSE)
    page.locator(f"[id='{name}'] form button").first.click()
    expect(page.locator("[role=status]")).to_be_visible()
    open_everything(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_alone_rules(windows: Windows) -> None:
    name = published(windows.platform, 1)
    page = desk(windows, language="en")
    tab_to(page, f"[id='{name}'] summary")
    page.keyboard.press("Enter")
    tab_to(page, f"[id='prevails-{name}']")
    page.keyboard.press("ArrowDown")
    tab_to(page, f"[id='clause-{name}']")
    page.keyboard.type(CLAUSE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("The ruling is recorded")
    expect(page.locator("section[aria-labelledby=ruled]")).to_contain_text(CLAUSE)
    expect(page.locator(f"section[aria-labelledby=settled] [id='{name}']")).to_contain_text(
        "What allows counts"
    )


def test_without_script_a_clerk_rules_and_withdraws(windows: Windows) -> None:
    name = published(windows.platform, 2)
    page = desk(windows, language="en", scripts=False)
    page.locator(f"[id='{name}'] summary").click()
    page.locator(f"[id='prevails-{name}']").check()
    page.locator(f"[id='clause-{name}']").fill(CLAUSE)
    page.locator(f"[id='{name}'] form button").first.click()
    ruled = page.locator(f"section[aria-labelledby=settled] [id='{name}']")
    expect(ruled).to_contain_text("What forbids counts")
    ruled.locator("summary").click()
    ruled.locator(f"[id='clause-{name}']").fill("Notice 8: taken back")
    ruled.get_by_role("button", name="Withdraw what was ruled instead").click()
    expect(page.locator("[role=status]")).to_contain_text("The withdrawal is recorded")
    expect(page.locator(f"section[aria-labelledby=waiting] [id='{name}']")).to_be_visible()


def test_a_clerk_of_another_body_reads_it_and_finds_no_form(windows: Windows) -> None:
    name = published(windows.platform, 3)
    page = windows.of("clerk-minhang", "console", language="en")
    expect(page.locator(f"[id='{name}']")).to_contain_text("Your body is not among them")
    expect(page.locator(f"[id='{name}'] form")).to_have_count(0)
