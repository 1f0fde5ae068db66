"""Counts events minute by minute, and how long each took to be visible; exact under any replay.

Visible is what the journey, ops' own read model of all services, has committed.

One tally stands for one partition of one topic and one service, whose positions only rise there:
an event at or behind the tally's position was counted before, whether the worker read it again
or a relay sent it again.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

BOUNDS_MS = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000)
"""Upper bounds of the buckets; one more bucket holds what took longer."""
MILLISECOND = timedelta(milliseconds=1)
PASSED = 0
"""Before the position of any event: nothing is added where this comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One record as the worker counts it; where it is no event, it is only passed."""

    topic: str
    partition: int
    offset: int
    recorded_at: datetime
    service: str = ""
    position: int = PASSED
    event_id: str = ""
    seen_at: datetime | None = None
    """When it became visible in the journey; none where nobody noted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The newest minute's figures of a partition, and how far it was counted; one value.

    Of no service where only records came that are no events.
    """

    topic: str
    partition: int
    service: str
    offset: int = -1
    position: int = PASSED
    total: int = 0
    minute: datetime
    count: int = 0
    slowest_ms: int = 0
    buckets: tuple[int, ...] = (0,) * (len(BOUNDS_MS) + 1)

    @property
    def key(self) -> str:
        """The partition stands last."""
        return f"{self.topic}/{self.service}-{self.partition}"

    @property
    def figure(self) -> str:
        """What is published newest-wins: one figure for each minute of each tally."""
        return f"{self.minute.isoformat()}/{self.key}"


def fresh_tally(arrival: Arrival) -> Tally:
    """Nothing counted yet."""
    return Tally(
        topic=arrival.topic,
        partition=arrival.partition,
        service=arrival.service,
        minute=minute_of(arrival.recorded_at),
    )


def counted(tally: Tally, arrival: Arrival) -> Tally:
    """The tally with this event, unless it was counted before."""
    if arrival.offset <= tally.offset:
        return tally
    if arrival.position <= tally.position:
        return replace(tally, offset=arrival.offset)
    # A journal's recorded times never run backwards, so a minute that began ends the one before.
    minute = max(tally.minute, minute_of(arrival.recorded_at))
    if minute > tally.minute:
        tally = replace(tally, count=0, slowest_ms=0, buckets=(0,) * len(tally.buckets))
    return _measured(
        replace(
            tally,
            offset=arrival.offset,
            position=arrival.position,
            total=tally.total + 1,
            minute=minute,
            count=tally.count + 1,
        ),
        arrival,
    )


def _measured(tally: Tally, arrival: Arrival) -> Tally:
    """With how long the event took to be visible, if that is known."""
    if arrival.seen_at is None:
        return tally
    took_ms = max(0, (arrival.seen_at - arrival.recorded_at) // MILLISECOND)
    return replace(
        tally,
        slowest_ms=max(tally.slowest_ms, took_ms),
        buckets=_one_more(tally.buckets, bisect_left(BOUNDS_MS, took_ms)),
    )


def minute_of(moment: datetime) -> datetime:
    """The beginning of the minute."""
    return moment.replace(second=0, microsecond=0)


def summed(buckets: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Several histograms as one."""
    return tuple(sum(column) for column in zip(*buckets, strict=True))


def within_ms(buckets: Sequence[int], percent: int, slowest_ms: int) -> int | None:
    """A length of time that so many of a hundred did not exceed; none when there were none.

    It is the upper bound of a bucket, or the slowest where that is less.
    """
    wanted = -(-sum(buckets) * percent // 100)
    reached = 0
    for bound, count in zip((*BOUNDS_MS, slowest_ms), buckets, strict=True):
        reached += count
        if wanted and reached >= wanted:
            return min(bound, slowest_ms)
    return None


def _one_more(buckets: tuple[int, ...], index: int) -> tuple[int, ...]:
    return (*buckets[:index], buckets[index] + 1, *buckets[index + 1 :])
