"""What every service and the kernel itself let out, gathered from each `publish.py`."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import services
from events import sourcing
from events.sourcing.types import Published, WholeState


def published() -> Mapping[type, Published]:
    """Event to what leaves of it."""
    return _gathered("PUBLISHED")


def states() -> Mapping[type, WholeState]:
    """Event to the compacted topic that it is a whole state for."""
    return _gathered("STATES")


@cache
def _gathered(name: str) -> Mapping[type, Any]:
    rooms = (services, sourcing)
    found = (m.name for r in rooms for m in walk_packages(r.__path__, f"{r.__name__}."))
    modules = [import_module(one) for one in found if one.endswith(".publish")]
    return {shape: rule for m in modules for shape, rule in getattr(m, name, {}).items()}
