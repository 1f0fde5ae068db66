"""Where in a JSON text a value stands that was found wanting."""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from services.policy.rules.errors import Mark

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STEP = re.compile(r"\[(\d+)\]|\.([^.\[]+)")


@dataclass(frozen=True, slots=True)
class Place:
    """The way to the value, and line and column of what is nearest to it."""

    path: str
    mark: Mark


def place_in(text: str, path: str) -> Place:
    """Looked for only when something is wrong: JSON is YAML, whose reader knows its lines."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:
        return Place(path.lstrip("."), Mark(1, 1))
    for number, key in _STEP.findall(path):
        below = _below(node, number, key)
        if below is None:
            break
        node = below
    at = node.start_mark if node is not None else None
    return Place(path.lstrip("."), Mark(at.line + 1, at.column + 1) if at else Mark(1, 1))


def _below(node: yaml.Node | None, number: str, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and number and int(number) < len(node.value):
        found: yaml.Node = node.value[int(number)]
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    return None
