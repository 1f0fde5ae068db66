"""Browser windows of people who are signed in, and what the browser complained about meanwhile."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from infra.local.places import ROOT
from tests.e2e.platform import Platform

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FIRST_PAGES = {"portal": "/me", "console": "/queue", "ops": "/"}
OWN_FIRST_PAGES = {"clerk-minhang": "/rulings", "clerk-demo-city": "/rulings"}
WIDE, NARROW = 1280, 390
AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What the browser itself notes about a page that was shown with a status that is no success.
STATUS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass(slots=True)
class Windows:
    """Every window is a browser of its own: nothing is shared between two people."""

    browser: Browser
    platform: Platform
    complaints: list[str] = field(default_factory=list)
    opened: list[BrowserContext] = field(default_factory=list)

    def blank(self, *, language: str = "zh-CN", width: int = WIDE, scripts: bool = True) -> Page:
        """A window of somebody who is not signed in."""
        context = self.browser.new_context(
            locale=language,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            extra_http_headers={"Accept-Language": language},
            reduced_motion="reduce",
        )
        self.opened.append(context)
        page = context.new_page()
        # Playwright marks the object of a bound method, which slots forbid.
        page.on("console", lambda said: self._heard(said))  # noqa: PLW0108 - see above
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def of(self, persona: str, door: str, **more: Any) -> Page:
        """A window of somebody who has chosen a persona, on the first page behind the door."""
        page = self.blank(**more)
        page.goto(self.platform.url(door))
        page.locator(f"button[value={persona}]").click()
        first = OWN_FIRST_PAGES.get(persona, FIRST_PAGES[door])
        page.wait_for_url(f"{self.platform.url(door)}{first}")
        return page

    def close(self) -> None:
        """Close every window."""
        for context in self.opened:
            context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not STATUS.match(message.text):
            self.complaints.append(message.text)


def violations(page: Page) -> list[str]:
    """What axe-core finds, as rule and place."""
    page.evaluate(_axe_source())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _axe_source() -> str:
    return Path(AXE).read_text(encoding="utf-8")
