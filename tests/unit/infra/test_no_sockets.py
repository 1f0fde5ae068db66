"""The rule that a unit test touches nothing is kept by a tool."""

import socket

import pytest


def test_a_unit_test_that_opens_a_socket_fails() -> None:
    # The plugin warns before it raises, and a warning is an error here.
    with pytest.raises(UserWarning, match="tried to use socket"):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)
