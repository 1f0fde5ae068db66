"""When something public happens anywhere, list it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from events.catalog.names import all_names
from events.sourcing.types import Process, Recorded, category_of

PUBLIC = "public"
"""The classification under which a service lets an event out to everybody."""
OWN_CATEGORY = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPublic:
    """Take this public event into the feed."""

    recorded: Recorded[Any]


def react(recorded: Recorded[Any]) -> Iterable[ListPublic]:
    """A public event is listed with what its service lets out; everything else stays away."""
    if recorded.classification == PUBLIC:
        yield ListPublic(recorded=recorded)


def source_topics() -> tuple[str, ...]:
    """The topics of every category but the feed's own."""
    categories = {category_of(name.replace(".", "-")) for name in all_names()}
    return tuple(sorted(f"{category}.events" for category in categories - {OWN_CATEGORY}))


LISTING = Process(name="listing", react=react, topics=source_topics())
