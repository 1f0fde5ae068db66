"""The OpenAPI document of each service, from the application it really builds."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI

from contracts.sample import NOON
from events.sourcing.clock import SimulatedClock
from events.sourcing.settings import Settings, known_services
from infra.local.places import ROOT

NOWHERE = "127.0.0.1:1"


def service_names() -> list[str]:
    """Every service folder that constructs something."""
    return sorted(path.parent.name for path in (ROOT / "services").glob("*/app.py"))


def openapis() -> Mapping[str, dict[str, Any]]:
    """Every service's document."""
    return {name: built(name).openapi() for name in service_names()}


def built(service: str) -> FastAPI:
    """The application of a service; nothing is connected to."""
    with TemporaryDirectory() as folder:
        kek = Path(folder) / "kek"
        kek.write_bytes(bytes(32))
        app: FastAPI = import_module(f"services.{service}.app").build(_settings(service, kek))
        return app


def _settings(service: str, kek: Path) -> Settings:
    return Settings(
        service=service,
        database_url=f"postgresql://nobody:nothing@{NOWHERE}/",
        bootstrap=NOWHERE,
        secret=b"only to build the application",
        kek_file=kek,
        clock=SimulatedClock(NOON),
        otlp_endpoint=None,
        host="127.0.0.1",
        port=1,
        peers=dict.fromkeys(known_services(), f"http://{NOWHERE}"),
    )
