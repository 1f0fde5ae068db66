"""Every service of the platform, found by looking: a fifth one is covered without an edit.

What the kernel records by itself, in the journal of any service, counts as one more speaker.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, get_args, get_type_hints

from fastapi import FastAPI

import services
from events import sourcing
from events.catalog.names import all_names
from events.sourcing.decider import Decider
from events.sourcing.settings import Settings
from events.sourcing.types import Published, WholeState

KERNEL = "kernel"


def build(service: str, settings: Settings) -> FastAPI:
    """The application of a service, as `python -m services.NAME` builds it."""
    app: FastAPI = import_module(f"services.{service}.app").build(settings)
    return app


def modules_named(*names: str) -> Iterator[ModuleType]:
    """Every module of the kernel or a service with one of these names, at any depth."""
    for room in (sourcing, services):
        for found in walk_packages(room.__path__, f"{room.__name__}."):
            if found.name.rpartition(".")[2] in names:
                yield import_module(found.name)


def speaker_of(module: ModuleType) -> str:
    """The service that a module belongs to, or the kernel."""
    room, name, *_ = module.__name__.split(".")
    return name if room == services.__name__ else KERNEL


def published_by(service: str) -> Mapping[type, Published]:
    """What `publish.py` of a service says about each event it records."""
    return _gathered(service, "PUBLISHED")


def public_rules() -> Mapping[type, Published]:
    """What every service together lets out to everybody."""
    return {
        shape: rule
        for module in modules_named("publish")
        for shape, rule in getattr(module, "PUBLISHED", {}).items()
        if rule.classification == "public"
    }


def states_of(service: str) -> Mapping[type, WholeState]:
    """Which events of a service are whole states for a compacted topic."""
    return _gathered(service, "STATES")


def _gathered(service: str, name: str) -> Mapping[type, Any]:
    return {
        shape: rule
        for module in modules_named("publish")
        if speaker_of(module) == service
        for shape, rule in getattr(module, name, {}).items()
    }


def deciders() -> list[Decider[Any, Any, Any]]:
    """Every rule book."""
    found = {
        id(value): value
        for module in modules_named("domain")
        for value in vars(module).values()
        if isinstance(value, Decider)
    }
    return list(found.values())


def events_of(decider: Decider[Any, Any, Any]) -> frozenset[type]:
    """The events that a rule book's `evolve` says it takes."""
    taken = list(get_type_hints(decider.evolve).values())[1]
    return frozenset(get_args(taken) or (taken,))


def categories() -> list[str]:
    """Every stream category of the catalog."""
    return sorted({name.partition(".")[0] for name in all_names()})
