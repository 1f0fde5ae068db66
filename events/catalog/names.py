"""Every stored name and the shape it stands for, gathered from the modules of this package."""

from importlib import import_module
from pkgutil import iter_modules

import events.catalog


def all_names() -> dict[str, type]:
    """Stored name to shape, over every category; a new module needs no registration."""
    modules = (m.name for m in iter_modules(events.catalog.__path__) if m.name != "names")
    return {
        stored: shape
        for module in modules
        for stored, shape in import_module(f"events.catalog.{module}").NAMES.items()
    }
