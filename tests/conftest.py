"""What every test may ask for."""

import gc
from collections.abc import Iterator

import pytest

from tests.support.corpus import CORPUS
from tests.support.turns import longest, timed, turn

pytest_plugins = ["tests.support.stack"]

SHOWN = 20
NOW_AND_THEN = (50_000, 20, 50)
"""So many new objects, so many looks at the young, so many at the older ones (`gc`)."""


def pytest_report_header() -> str:
    """Which of the two the policies and chains are compared with."""
    told = "beside the clone, compared too" if CORPUS.exists() else "not beside the clone"
    return f"corpus: {told}; its facts are committed"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is there before the first test stays to the end, so nobody looks whether it may go.

    Of what comes later little does, and to look for it as often as Python would takes a tenth.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        gc.set_threshold(*NOW_AND_THEN)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: what is handed out last is what the whole run waits for."""
    items.sort(key=turn)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where the time went, file by file, where more than a few were run."""
    found = longest(timed(terminalreporter.stats.values()), most=SHOWN)
    if len(found) == SHOWN:
        terminalreporter.section("longest files")
        for file, seconds in found:
            terminalreporter.write_line(f"{seconds:.0f}s tests/{file}")
