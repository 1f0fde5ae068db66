"""How far has each service come with what concerns a talent? Tells a page when to look again."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Column, Executable, MetaData, Table, Text, func
from sqlalchemy.dialects.postgresql import insert

from events.sourcing.projector import Projection
from events.sourcing.types import Recorded, category_of

TOPICS = ("talent.events", "entitlement.events", "match.events", "ticket.events")
# The streams that are named after their talent; a ticket names its talent inside.
OWN_STREAMS = frozenset({"talent", "entitlement", "match"})
# The other list of that topic: who fits a demand.
SHORTLIST = "match-demand-"

activity_tables = MetaData()
activity = Table(
    "activity",
    activity_tables,
    Column("talent_id", Text, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("changes", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    comment="For each talent and category how many events came, and the place of the last one.",
)


def talents_of(recorded: Recorded[Any]) -> Iterable[str]:
    """Whom an event concerns: one talent, or nobody we can tell."""
    if recorded.stream.startswith(SHORTLIST):
        return ()
    if category_of(recorded.stream) in OWN_STREAMS:
        return (recorded.stream.partition("-")[2],)
    named = getattr(recorded.event, "talent_id", None)
    return (named,) if named else ()


def project_activity(recorded: Recorded[Any]) -> Iterable[Executable]:
    """Counts, so that the number moves whatever the order in which topics are read."""
    for talent_id in talents_of(recorded):
        row = insert(activity).values(
            talent_id=talent_id,
            category=category_of(recorded.stream),
            changes=1,
            position=recorded.position,
        )
        yield row.on_conflict_do_update(
            index_elements=["talent_id", "category"],
            set_={
                "changes": activity.c.changes + 1,
                "position": func.greatest(activity.c.position, row.excluded.position),
            },
        )


ACTIVITY = Projection(
    name="activity", tables=activity_tables, project=project_activity, topics=TOPICS
)
