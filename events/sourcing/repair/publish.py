"""What of repairs leaves: all of it, for operators and auditors; none of it is about a person."""

from collections.abc import Mapping

from events.catalog.repair import EventDiscarded, StreamReleased
from events.sourcing.types import Published

PUBLISHED: Mapping[type, Published] = {
    StreamReleased: Published(
        classification="internal",
        fields=(
            "reader",
            "topic",
            "stream",
            "version",
            "kind",
            "reason",
            "waiting",
            "released_by",
            "released_at",
        ),
    ),
    EventDiscarded: Published(
        classification="internal",
        fields=(
            "reader",
            "topic",
            "stream",
            "first_version",
            "last_version",
            "passed",
            "kind",
            "reason",
            "because",
            "reference",
            "discarded_by",
            "discarded_at",
        ),
    ),
}
