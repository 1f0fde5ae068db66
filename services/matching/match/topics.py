"""What arrives from the registry, and how a forgotten talent shows there."""

from typing import Any

from events.sourcing.types import Recorded

TALENT_FACTS = "talent.facts"


def forgotten(recorded: Recorded[Any]) -> str | None:
    """The talent whose state on `talent.facts` was taken away, if this record does that."""
    category, _, talent_id = recorded.stream.partition("-")
    gone = recorded.event is None and category == "talent"
    return talent_id if gone else None
