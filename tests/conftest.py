"""What every test may ask for."""

import gc
from collections.abc import Iterator

import pytest

from tests.support.corpus import CORPUS

pytest_plugins = ["tests.support.stack"]


def pytest_report_header() -> str:
    """Which of the two the policies and chains are compared with."""
    told = "beside the clone, compared too" if CORPUS.exists() else "not beside the clone"
    return f"corpus: {told}; its facts are committed"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is there before the first test stays to the end, so nobody looks whether it may go."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
