"""Somebody asks in the portal to be forgotten, by the keyboard alone or without any script."""

from itertools import islice
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from events.edge.identity import Actor, SignedTokens
from events.edge.pages.sign_in import COOKIES
from infra.world.client import LOADER, client_from_environment
from infra.world.people import people
from tests.e2e.platform import PEOPLE, Platform
from tests.e2e.test_everyone_can_use_it import tab_to
from tests.e2e.windows import Windows, violations

PATH = "/me/data"
HOLD = {"authority": "闵行区人民法院", "reason": "一宗补贴争议（虚构）"}


def registered(platform: Platform, number: int, *, held: bool = False) -> Actor:
    """Somebody of whom no other test knows; on request a court has their file kept."""
    person = next(islice(people(), PEOPLE + number, None))
    answer = told(platform, "/talents", person.registration, key=f"leaving/{number}")
    talent_id: str = answer["talent_id"]
    if held:
        told(platform, f"/talents/{talent_id}/holds", HOLD, key=f"leaving/{number}/hold")
    return Actor(subject=f"talent-{talent_id}", roles=frozenset({"talent"}), talent_id=talent_id)


def told(
    platform: Platform, path: str, body: object, *, key: str, service: str = "registry"
) -> dict[str, Any]:
    """What a service answers; the browser's own loop leaves no room for another one."""
    client = client_from_environment(platform.environment)
    headers = {
        "Authorization": f"Bearer {SignedTokens(client.secret).issue(LOADER)}",
        "Idempotency-Key": key,
    }
    url = f"{platform.url(service)}{path}"
    answer = httpx.post(url, json=body, headers=headers, timeout=60)
    assert answer.is_success, answer.text
    said: dict[str, Any] = answer.json()
    return said


def window_of(windows: Windows, actor: Actor, **more: Any) -> Page:
    """Their browser, on the page of their data."""
    client = client_from_environment(windows.platform.environment)
    page = windows.blank(**more)
    page.context.add_cookies(
        [
            {
                "name": COOKIES["portal"],
                "value": SignedTokens(client.secret).issue(actor),
                "domain": "127.0.0.1",
                "path": "/",
            }
        ]
    )
    page.goto(windows.platform.url("portal") + PATH)
    return page


def refreshed_until(page: Page, text: str) -> None:
    """The page is loaded anew until it says so: it tells nothing by itself."""
    url = page.url.split("?")[0]
    for _ in range(60):
        if page.get_by_text(text).count():
            return
        page.goto(url)
        page.wait_for_timeout(500)
    expect(page.get_by_text(text)).to_be_visible()


def test_the_keyboard_alone_asks_for_erasure_and_sees_it_done(windows: Windows) -> None:
    page = window_of(windows, registered(windows.platform, 1), language="en")
    tab_to(page, "#reason")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#confirmed")
    page.keyboard.press("Space")
    tab_to(page, "form[action='/me/data/erasure'] button")
    page.keyboard.press("Enter")
    expect(page.locator(".cc-notice--good")).to_contain_text("Your request is recorded")
    refreshed_until(page, "Nobody can read your file any more")
    assert violations(page) == []


def test_without_script_a_form_that_is_not_confirmed_comes_back(windows: Windows) -> None:
    page = window_of(windows, registered(windows.platform, 2), language="en", scripts=False)
    page.locator("#reason").select_option("consent-withdrawn")
    page.locator("form[action='/me/data/erasure'] button").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was asked for")
    page.locator("#confirmed").check()
    page.locator("form[action='/me/data/erasure'] button").click()
    expect(page.locator(".cc-notice--good")).to_contain_text("Your request is recorded")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_legal_hold_is_shown_and_axe_finds_nothing(windows: Windows, language: str) -> None:
    number = 3 if language == "en" else 4
    page = window_of(windows, registered(windows.platform, number, held=True), language=language)
    refreshed_until(page, HOLD["reason"])
    expect(page.locator("form[action='/me/data/erasure']")).to_have_count(0)
    assert violations(page) == []
