"""What leaves of the feed itself: its envelope, for the content has left before."""

from collections.abc import Mapping

from events.catalog.feed import EventListed
from events.sourcing.types import Published

PUBLISHED: Mapping[type, Published] = {EventListed: Published(classification="internal")}
