"""What the offline tool answers as JSON, held against the schema that describes it."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from infra.local.places import ROOT


def must_fit(what: str, answer: Any) -> None:
    """Raises where an answer of this command, or a `refusal`, is not as the schema says."""
    _answers().validate({what: answer})


@cache
def _answers() -> Any:
    """Read once: that the schema is one is costlier to see than that an answer fits."""
    schema = json.loads((ROOT / "contracts/policy-tool.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
