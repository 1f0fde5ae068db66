"""Loads what a service is made of, in as little time as it takes, and starts it."""

import gc
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

SELDOM = (20_000, 50, 100)
"""What answers are made of goes by itself; only circles wait for the collector. At Python's pace,
700 objects, all that a service remembers is searched again and again."""


def start(service: str, *, besides: Mapping[str, str] = MappingProxyType({})) -> None:
    """Do what the command line says with the service that `services/NAME/app.py` builds.

    `besides` are commands the service answers by itself, so that the help can name them.
    """
    # All that is loaded stays; to search it for what may go, again and again, takes a sixth of it.
    gc.disable()
    edge = import_module("events.edge.main")
    app = import_module(f"services.{service}.app")
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()
    edge.main(service, app.build, besides=besides)
