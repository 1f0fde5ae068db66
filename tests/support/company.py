"""Tells commands that may wait for others from those that never do."""

from typing import NoReturn

import pytest

from events.sourcing.company import Company


class Waits(Exception):
    """A command was about to wait for company."""


def waiting_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on a command that may wait for others raises `Waits`."""

    def joined(_: Company) -> NoReturn:
        raise Waits

    monkeypatch.setattr(Company, "joined", joined)
