"""Which issuing bodies are there, and which stands under which?"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, MetaData, Table, Text

from events.catalog.body import BodyEstablished
from events.sourcing.projector import Projection
from events.sourcing.statements import First, Statement
from events.sourcing.types import Recorded

body_tables = MetaData()
body = Table(
    "body",
    body_tables,
    Column("body_id", Text, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent_id", Text),
    Column("region", Text, nullable=False),
    comment="The issuing bodies, each with the one above it.",
)


def project_body(recorded: Recorded[Any]) -> Iterable[Statement]:
    """One row for each body."""
    event = recorded.event
    if isinstance(event, BodyEstablished):
        row = {
            "body_id": event.body_id,
            "name_zh": event.name_zh,
            "name_en": event.name_en,
            "level": event.level,
            "parent_id": event.parent_id,
            "region": event.region,
        }
        yield First(body, row)


BODY = Projection(name="body", tables=body_tables, project=project_body)
