"""How far has each service come with what concerns a talent? Tells a page when to look again."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Executable,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from events.sourcing.forgetting import ERASED
from events.sourcing.projector import Projection
from events.sourcing.statements import Asked, Filled
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


forgotten = Table(
    "forgotten",
    activity_tables,
    Column("talent_id", Text, primary_key=True),
    comment="Who was erased: what still comes about them is not counted.",
)


def talents_of(recorded: Recorded[Any]) -> Iterable[str]:
    """Whom an event concerns: one talent, or nobody we can tell."""
    if recorded.stream.startswith(SHORTLIST):
        return ()
    if category_of(recorded.stream) in OWN_STREAMS:
        return (recorded.stream.partition("-")[2],)
    named = getattr(recorded.event, "talent_id", None)
    return (named,) if named else ()


def project_activity(recorded: Recorded[Any]) -> Iterable[Asked]:
    """Counts, so that the number moves whatever the order in which topics are read."""
    for talent_id in talents_of(recorded):
        if recorded.name == ERASED:
            yield from _forget(talent_id)
        else:
            yield _count(talent_id, recorded)


def _forget(talent_id: str) -> Iterable[Executable]:
    yield insert(forgotten).values(talent_id=talent_id).on_conflict_do_nothing()
    yield delete(activity).where(activity.c.talent_id == talent_id)


def _count(talent_id: str, recorded: Recorded[Any]) -> Filled:
    category = category_of(recorded.stream)
    return Filled(
        _counting(), {"of": talent_id, "among": category, "one": 1, "at": recorded.position}
    )


@cache
def _counting() -> Executable:
    """Put together once: most of what comes is only counted."""
    values = (
        bindparam("of", type_=Text),
        bindparam("among", type_=Text),
        bindparam("one", type_=BigInteger),
        bindparam("at", type_=BigInteger),
    )
    known = select(*values).where(~exists().where(forgotten.c.talent_id == bindparam("of")))
    row = insert(activity).from_select([*activity.c.keys()], known)
    return row.on_conflict_do_update(
        index_elements=["talent_id", "category"],
        set_={
            "changes": activity.c.changes + 1,
            "position": func.greatest(activity.c.position, row.excluded.position),
        },
    )


ACTIVITY = Projection(
    name="activity", tables=activity_tables, project=project_activity, topics=TOPICS
)
