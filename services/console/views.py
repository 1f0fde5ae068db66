"""The view models of the queue and of one ticket, from what the services answered."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]
View: TypeAlias = dict[str, Any]
NameOf: TypeAlias = Callable[[str], object]

NO_FIGURES = {"waiting": 0, "in_hand": 0, "close": 0, "breached": 0}
SHORT = 8


def rows_of(answer: Json, topics: Json, name_of: NameOf) -> list[View]:
    """The queue; a talent's name is read where their ticket is opened, not for a whole list."""
    return [
        ticket_of(ticket, topics, name_of, talent=f"…{ticket['talent_id'][-SHORT:]}")
        for ticket in answer["tickets"]
    ]


def ticket_of(ticket: Json, topics: Json, name_of: NameOf, *, talent: object) -> View:
    """One ticket in the words of the page."""
    known = {topic["code"]: {"zh": topic["zh"], "en": topic["en"]} for topic in topics["topics"]}
    taken_by = ticket["accepted_by"]
    return {
        **ticket,
        "subject": ticket["subject"] or ticket["ticket_id"],
        "topic": known.get(ticket["topic"], ticket["topic"]),
        "talent": talent,
        "taken_by": name_of(taken_by) if taken_by else None,
    }
