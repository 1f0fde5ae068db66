"""What every service lets out, gathered from their `publish.py`."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import services
from events.sourcing.types import Published, WholeState


def published() -> Mapping[type, Published]:
    """Event to what leaves of it."""
    return _gathered("PUBLISHED")


def states() -> Mapping[type, WholeState]:
    """Event to the compacted topic that it is a whole state for."""
    return _gathered("STATES")


@cache
def _gathered(name: str) -> Mapping[type, Any]:
    found = (m.name for m in walk_packages(services.__path__, "services."))
    modules = [import_module(one) for one in found if one.endswith(".publish")]
    return {shape: rule for m in modules for shape, rule in getattr(m, name, {}).items()}
