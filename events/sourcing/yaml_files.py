"""YAML files of our own, read by the quick reader wherever PyYAML has it."""

from pathlib import Path
from typing import Any

import yaml

_QUICK: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml_file(file: Path) -> Any:
    """What a file of this house says; whatever comes from outside is read with its places."""
    return read_yaml_text(file.read_text(encoding="utf-8"))


def read_yaml_text(text: str) -> Any:
    loader = _QUICK(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
