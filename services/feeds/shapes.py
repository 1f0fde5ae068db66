"""The shape in which one event of the feed is answered."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field, JsonValue


class CloudEventOut(BaseModel):
    """A structured CloudEvent; `data` is as the schema at `dataschema` says, or not there.

    What each type holds stands in `/asyncapi.yaml`.
    """

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    partitionkey: str
    sequence: str = Field(pattern=r"^[0-9]{20}$")
    streamversion: int
    dataclassification: Literal["public"]
    causationid: str | None = None
    datacontenttype: Literal["application/json"] | None = None
    dataschema: str | None = None
    data: dict[str, JsonValue] | None = None
