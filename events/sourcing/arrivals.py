"""What arrived on topics, read once for all readers of this process that have the partition."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, TypeAlias

from aiokafka import ConsumerRecord

from events.sourcing.batches import Arrived
from events.sourcing.types import Recorded

KEPT = 1000
"""Events that are kept for readers that come a little later."""

LARGEST = 65_536
"""Bytes of a value; what is larger is read again rather than kept."""

Partition: TypeAlias = tuple[str, int]
"""A topic and a partition of it."""
Place: TypeAlias = tuple[str, int, int]
"""The same, and an offset."""


class _Read:
    """A record as it came, its event, and which readers have yet to come."""

    __slots__ = ("came", "recorded", "waiting")

    def __init__(self, came: Arrived, recorded: Recorded[Any], waiting: set[str]) -> None:
        self.came = came
        self.recorded = recorded
        self.waiting = waiting


class Arrivals:
    """Whoever comes a little later is served with what another reader made of the same record.

    An event is kept until every other reader that has its partition has had it, and no longer than
    all keep the partitions that they have; at most until many more came.
    """

    def __init__(self) -> None:
        self._partitions: dict[str, frozenset[Partition]] = {}
        self._kept: OrderedDict[Place, _Read] = OrderedDict()
        self._ends: dict[Partition, int] = {}

    def follow(self, reader: str, partitions: Iterable[Partition]) -> None:
        """From now on this reader has these partitions; what was kept may be for nobody now."""
        self._partitions[reader] = frozenset(partitions)
        self._kept.clear()
        self._ends.clear()

    def known(self, reader: str, record: ConsumerRecord) -> Recorded[Any] | None:
        """The event of this very record, if another reader has just read it."""
        place = _place_of(record)
        one = self._kept.get(place)
        # Offsets begin anew in a topic that was made anew.
        if one is None or reader not in one.waiting or one.came != (record.headers, record.value):
            return None
        one.waiting.discard(reader)
        if not one.waiting:
            del self._kept[place]
        return one.recorded

    def keep(self, reader: str, record: ConsumerRecord, recorded: Recorded[Any]) -> None:
        """Let the other readers have it; who reads behind another one reads for nobody else."""
        topic, number, offset = place = _place_of(record)
        partition = topic, number
        if offset < self._ends.get(partition, 0) or len(record.value or b"") > LARGEST:
            return
        self._ends[partition] = offset + 1
        waiting = {
            name for name, has in self._partitions.items() if name != reader and partition in has
        }
        if waiting:
            self._kept[place] = _Read((record.headers, record.value), recorded, waiting)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def _place_of(record: ConsumerRecord) -> Place:
    return record.topic, record.partition, record.offset
