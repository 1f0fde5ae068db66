"""A unit test touches nothing: no test below this folder may open a socket."""

from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def _no_sockets() -> Iterator[None]:
    # An event loop wakes itself through a Unix socket pair, which leaves the machine as little
    # as a variable does.
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
