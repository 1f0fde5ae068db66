"""The story as it goes calmly, told once for all tests of a process."""

import logging
from collections.abc import Iterator

import pytest

from tests.simulation.many import quietly, the_story
from tests.simulation.play import Run
from tests.simulation.world import World


@pytest.fixture(scope="package")
def quiet() -> Iterator[None]:
    """What the services say about mishaps is of no interest here."""
    quietly()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="package")
def world(quiet: None) -> World:
    return the_story()[0]


@pytest.fixture(scope="package")
def calm(quiet: None) -> Run:
    return the_story()[1]
