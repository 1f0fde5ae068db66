"""A platform and a browser for the whole session; a fresh window for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from infra.check.browser import REMEDY, find_browser
from tests.e2e.platform import Platform, platform_of_own
from tests.e2e.windows import ARGUMENTS, Windows

# The first test waits for the whole platform; on a busy machine that takes minutes.
PATIENCE_SECONDS = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here may be the first one."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(PATIENCE_SECONDS))


@pytest.fixture(scope="session")
def platform(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str, kafka_bootstrap: str
) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("platform")
    with platform_of_own(
        folder, postgres_url=postgres_url, kafka_bootstrap=kafka_bootstrap
    ) as running:
        yield running


@pytest.fixture(scope="session")
def browser(platform: Platform) -> Iterator[Browser]:
    """Started after the platform, because it keeps an event loop of its own running."""
    found = find_browser()
    if found is None:
        pytest.fail(REMEDY, pytrace=False)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def windows(browser: Browser, platform: Platform, tmp_path: Path) -> Iterator[Windows]:
    opened = Windows(browser=browser, platform=platform)
    yield opened
    opened.close()
    assert opened.complaints == [], "the browser complained"
