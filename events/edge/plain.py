"""Answers that are plain values or text already: a model documents them, they are sent as is."""

from typing import Any

from fastapi import Response
from pydantic import TypeAdapter

PLAIN: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class PlainJson(Response):
    """What FastAPI makes of a plain dictionary, byte for byte.

    A route names its model as `response_model`, which is not looked at again when it answers;
    tests hold every answer they get against it (`tests/support/conforming.py`).
    """

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return PLAIN.dump_json(content)


class WrittenJson(Response):
    """What is JSON already, as bytes; a model documents it as above."""

    media_type = "application/json"
