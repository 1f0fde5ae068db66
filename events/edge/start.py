"""Loads what a service is made of, in as little time as it takes, and starts it."""

import gc
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType


def start(service: str, app: str, *, besides: Mapping[str, str] = MappingProxyType({})) -> None:
    """Do what the command line says with the service that the module `app` builds.

    `besides` are commands the service answers by itself, so that the help can name them.
    """
    # All that is loaded stays; to search it for what may go, again and again, takes a sixth of it.
    gc.disable()
    edge = import_module("events.edge.main")
    build = import_module(app).build
    gc.freeze()
    gc.enable()
    edge.main(service, build, besides=besides)
