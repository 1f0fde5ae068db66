"""What arrived on topics, read once for all readers of this process that follow them."""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from aiokafka import ConsumerRecord

from events.sourcing.batches import Arrived
from events.sourcing.types import Recorded

KEPT = 1000
"""Events that are kept for readers that come a little later."""

Place: TypeAlias = tuple[str, int, int]
"""A topic, a partition of it and an offset."""


class _Read:
    """A record as it came, its event, and how many readers have yet to come."""

    __slots__ = ("came", "others", "recorded")

    def __init__(self, came: Arrived, recorded: Recorded[Any], others: int) -> None:
        self.came = came
        self.recorded = recorded
        self.others = others


class Arrivals:
    """Whoever comes a little later is served with what another reader made of the same record.

    An event is kept until every reader of its topic has had it, at most until many more came.
    """

    def __init__(self) -> None:
        self._readers: Counter[str] = Counter()
        self._kept: OrderedDict[Place, _Read] = OrderedDict()
        self._ends: dict[tuple[str, int], int] = {}

    @contextmanager
    def followed(self, topics: Sequence[str]) -> Iterator[None]:
        """Meanwhile these topics have one reader more."""
        self._readers.update(topics)
        try:
            yield
        finally:
            self._readers.subtract(topics)
            # Some of it was kept for this one, which may come back to a topic that was made anew.
            self._kept.clear()
            self._ends.clear()

    def known(self, record: ConsumerRecord) -> Recorded[Any] | None:
        """The event of this very record, if another reader has just read it."""
        place = _place_of(record)
        one = self._kept.get(place)
        # Offsets begin anew in a topic that was made anew.
        if one is None or one.came != (record.headers, record.value):
            return None
        one.others -= 1
        if not one.others:
            del self._kept[place]
        return one.recorded

    def keep(self, record: ConsumerRecord, recorded: Recorded[Any]) -> None:
        """Let the other readers have it; who reads behind another one reads for nobody else."""
        topic, partition, offset = place = _place_of(record)
        others = self._readers[topic] - 1
        if others < 1 or offset < self._ends.get((topic, partition), 0):
            return
        self._ends[topic, partition] = offset + 1
        self._kept[place] = _Read((record.headers, record.value), recorded, others)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def _place_of(record: ConsumerRecord) -> Place:
    return record.topic, record.partition, record.offset
