"""How a service serves: a connection is not closed under whoever is about to ask on it."""

import gc
import sys
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from events.edge import main as edge_main


def serving(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the server is told when a service is started."""
    told: dict[str, Any] = {}
    here = SimpleNamespace(host="127.0.0.1", port=0)
    monkeypatch.setattr(sys, "argv", ["services.notes"])
    monkeypatch.setattr(edge_main, "read_settings", lambda _: here)
    monkeypatch.setattr(uvicorn, "run", lambda _, **named: told.update(named))
    for name in ("freeze", "set_threshold"):
        monkeypatch.setattr(gc, name, lambda *_: None)
    edge_main.main("notes", lambda _: FastAPI())
    return told


def test_whoever_asks_lets_go_of_a_connection_long_before_the_service_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    peers_let_go_after = httpx.Limits().keepalive_expiry
    assert peers_let_go_after is not None
    assert serving(monkeypatch)["timeout_keep_alive"] > 2 * peers_let_go_after
