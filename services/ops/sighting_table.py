"""When events became visible: derived from nothing, so what is thrown away does not come back."""

from datetime import timedelta

from sqlalchemy import Column, DateTime, Index, MetaData, Table, Text

KEPT_FOR = timedelta(hours=2)
"""Longer than any event waits to be counted while somebody looks on."""

sighting_tables = MetaData()
sighting = Table(
    "sighting",
    sighting_tables,
    Column("event_id", Text, primary_key=True),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Index("sighting_by_time", "seen_at"),
    comment="The moment at which the commit was done that made an event visible in the journey.",
)
