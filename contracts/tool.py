"""The JSON Schema of what `python -m services.policy … --json` answers."""

from typing import Any

from pydantic.json_schema import models_json_schema

from contracts.schemas import DIALECT
from services.policy.offline.shapes import ANSWERED


def tool_schema() -> dict[str, Any]:
    """Each command's answer is one of `$defs`; `properties` says which is whose."""
    places, definitions = models_json_schema(
        [(shape, "serialization") for shape in ANSWERED.values()], ref_template="#/$defs/{model}"
    )
    return {
        "$schema": DIALECT,
        "$id": "urn:concord:policy-tool",
        "title": "What the offline policy tool answers",
        "description": "The answer of one command, under the command's name.",
        "type": "object",
        "properties": {name: places[shape, "serialization"] for name, shape in ANSWERED.items()},
        "additionalProperties": False,
        **definitions,
    }
