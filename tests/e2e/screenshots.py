"""`make screenshots`: the pages of a running platform as pictures, wide and narrow, zh and en."""

import os
import shutil
import sys
from collections.abc import Mapping

from playwright.sync_api import Browser, Error, Page, sync_playwright

from infra.check.browser import find_browser
from infra.local.places import ROOT
from tests.e2e.windows import ARGUMENTS, NARROW, WIDE

FOLDER = ROOT / "screenshots"
PAGES: Mapping[tuple[str, str | None], tuple[str, ...]] = {
    ("portal", None): ("/sign-in",),
    ("portal", "lin"): ("/me", "/me/policies", "/me/tickets", "/me/data"),
    ("portal", "han"): ("/me",),
    ("console", None): ("/sign-in",),
    ("console", "night-officer"): ("/queue",),
    ("console", "registrar"): ("/leaving",),
    ("console", "clerk-demo-city"): ("/rulings",),
    ("ops", "operator"): ("/", "/parked"),
}
# Pages whose address is not known beforehand: each is the first such link of the one before.
BEHIND: Mapping[str, Mapping[str, str]] = {
    "/me/tickets": {"one-ticket": "main a[href^='/me/tickets/']"},
    "/queue": {"one-ticket": "main th a[href^='/queue/']"},
    "/": {"one-matter": "main a[href^='/matters/']", "one-trace": "main a[href^='/traces/']"},
}
# Asking again under the same key opens no second request.
KEY = "screenshots/1"
SUBJECT, MESSAGE = "人才公寓如何续租？", "下个月到期，需要准备哪些材料？"


def main() -> None:
    """Talks to the services that the environment names; writes screenshots/."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        _open_request(browser)
        for (door, persona), paths in PAGES.items():
            for language in ("zh-CN", "en"):
                for width in (WIDE, NARROW):
                    _photograph(browser, door, persona, paths=paths, language=language, width=width)
        browser.close()
    sys.stdout.write(f"{len(list(FOLDER.iterdir()))} pictures in {FOLDER.relative_to(ROOT)}/\n")


def _photograph(
    browser: Browser,
    door: str,
    persona: str | None,
    *,
    paths: tuple[str, ...],
    language: str,
    width: int,
) -> None:
    url = os.environ[f"{door.upper()}_URL"]
    page = _window(browser, language, width)
    try:
        page.goto(f"{url}/sign-in")
    except Error as failure:
        sys.stdout.write(f"{door} is not there: {failure.message.splitlines()[0]}\n")
        return
    if persona:
        _sign_in(page, persona)
    for path in paths:
        page.goto(url + path)
        _take(page, f"{door}-{persona or 'anyone'}{path.replace('/', '-')}", language, width)
        for name, link in BEHIND.get(path, {}).items():
            page.goto(url + str(page.locator(link).first.get_attribute("href")))
            _take(page, f"{door}-{persona}-{name}", language, width)
    page.context.close()


def _take(page: Page, name: str, language: str, width: int) -> None:
    # A stream keeps the page loading for ever, so there is no quiet network to wait for.
    page.wait_for_load_state("load")
    file = f"{name.rstrip('-')}-{language}-{width}.png"
    page.screenshot(path=FOLDER / file, full_page=True)


def _window(browser: Browser, language: str, width: int) -> Page:
    context = browser.new_context(
        locale=language, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    return context.new_page()


def _sign_in(page: Page, persona: str) -> None:
    button = page.locator(f"button[value={persona}]")
    if button.count():
        button.click()


def _open_request(browser: Browser) -> None:
    """So that the pages of a request have something to show."""
    page = _window(browser, "zh-CN", WIDE)
    page.goto(f"{os.environ['PORTAL_URL']}/sign-in?next=/me/tickets")
    _sign_in(page, "lin")
    page.locator("#topic").select_option("housing")
    page.locator("#subject").fill(SUBJECT)
    page.locator("#message").fill(MESSAGE)
    form = page.locator("form[action='/me/tickets']")
    form.locator("[name=idempotency_key]").evaluate("(field, key) => { field.value = key }", KEY)
    form.locator("button").click()
    page.wait_for_url("**/me/tickets/*")
    page.context.close()


if __name__ == "__main__":
    main()
