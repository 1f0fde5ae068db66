"""Each event is counted once, in its own minute, whatever is read or sent again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.ops.agents import take
from services.ops.pulse import BOUNDS_MS, Arrival, Tally, counted, fresh_tally, within_ms

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
FIRST = Arrival(
    topic="body.events",
    partition=2,
    offset=0,
    service="policy",
    position=5,
    event_id="e-5",
    recorded_at=NOON,
    seen_at=NOON + timedelta(milliseconds=40),
)
SECOND = replace(FIRST, offset=1, position=9, recorded_at=NOON + timedelta(seconds=30))
NEXT_MINUTE = replace(FIRST, offset=2, position=11, recorded_at=NOON + timedelta(seconds=60))


def tally_of(*arrivals: Arrival) -> Tally:
    tally = fresh_tally(arrivals[0])
    for arrival in arrivals:
        tally = counted(tally, arrival)
    return tally


def test_events_of_one_minute_add_up() -> None:
    tally = tally_of(FIRST, SECOND)
    assert (tally.count, tally.total, tally.minute) == (2, 2, NOON)


def test_an_event_read_again_is_not_counted_again() -> None:
    assert tally_of(FIRST, SECOND, FIRST, SECOND) == tally_of(FIRST, SECOND)


def test_an_event_sent_again_by_a_relay_is_not_counted_again() -> None:
    again = replace(FIRST, offset=2)
    assert tally_of(FIRST, SECOND, again).total == 2
    assert tally_of(FIRST, SECOND, again).offset == 2


def test_what_is_no_event_is_passed_and_not_counted() -> None:
    none = Arrival(topic=FIRST.topic, partition=FIRST.partition, offset=1, recorded_at=NOON)
    tally = tally_of(none)
    assert (tally.service, tally.total, tally.offset) == ("", 0, 1)


def test_a_new_minute_begins_at_one_and_the_total_goes_on() -> None:
    tally = tally_of(FIRST, SECOND, NEXT_MINUTE)
    assert (tally.count, tally.total) == (1, 3)
    assert tally.minute == NOON + timedelta(minutes=1)


def test_an_event_whose_moment_nobody_noted_is_counted_and_not_measured() -> None:
    tally = tally_of(FIRST, replace(SECOND, seen_at=None))
    assert (tally.count, sum(tally.buckets), tally.slowest_ms) == (2, 1, 40)


def test_a_clock_that_is_behind_makes_no_negative_length() -> None:
    tally = tally_of(replace(FIRST, seen_at=NOON - timedelta(seconds=1)))
    assert (tally.slowest_ms, tally.buckets[0]) == (0, 1)


@pytest.mark.parametrize(
    ("lengths", "percent", "answer"),
    [
        ([], 50, None),
        ([3], 95, 3),
        ([3, 7, 40, 90], 50, 10),
        ([3, 7, 40, 90], 95, 90),
        ([3] * 19 + [700_000], 95, 5),
        ([700_000], 95, 700_000),
    ],
)
def test_a_share_is_within_a_length(lengths: list[int], percent: int, answer: int | None) -> None:
    buckets = [0] * (len(BOUNDS_MS) + 1)
    for length in lengths:
        buckets[sum(bound < length for bound in BOUNDS_MS)] += 1
    assert within_ms(buckets, percent, max(lengths, default=0)) == answer


class Changelog:
    """What a worker finds again after it was killed: the changes that were acknowledged."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.figures: dict[str, Tally] = {}
        self._changed: dict[str, bytes] = {}
        self.dies = False

    def get(self, key: str, /) -> bytes | None:
        return self.kept.get(key)

    def __setitem__(self, key: str, value: bytes, /) -> None:
        self._changed[key] = value

    async def safe(self) -> None:
        if self.dies:
            self._changed.clear()
            raise ConnectionError
        self.kept.update(self._changed)

    async def publish(self, figures: Sequence[Tally]) -> None:
        self.figures.update({one.figure: one for one in figures})

    def counts(self) -> dict[datetime, int]:
        return {one.minute: one.count for one in self.figures.values()}


async def test_a_turn_that_was_cut_off_is_counted_again_to_the_same_figures() -> None:
    log = Changelog()
    await take([FIRST], log, publish=log.publish)
    log.dies = True
    with pytest.raises(ConnectionError):
        await take([SECOND, NEXT_MINUTE], log, publish=log.publish)
    log.dies = False
    await take([SECOND, NEXT_MINUTE], log, publish=log.publish)
    assert log.counts() == {NOON: 2, NOON + timedelta(minutes=1): 1}


async def test_a_turn_that_was_safe_changes_nothing_when_it_is_read_again() -> None:
    log = Changelog()
    await take([FIRST, SECOND, NEXT_MINUTE], log, publish=log.publish)
    once = log.counts()
    await take([FIRST, SECOND, NEXT_MINUTE], log, publish=log.publish)
    assert log.counts() == once == {NOON: 2, NOON + timedelta(minutes=1): 1}


async def test_partitions_and_services_are_counted_apart() -> None:
    log = Changelog()
    others = [replace(FIRST, partition=3), replace(FIRST, service="feeds", offset=1)]
    await take([FIRST, *others], log, publish=log.publish)
    assert sorted(log.kept) == [
        "body.events/feeds-2",
        "body.events/policy-2",
        "body.events/policy-3",
    ]


async def test_how_far_was_counted_is_published_also_where_nothing_was_added() -> None:
    log = Changelog()
    await take([FIRST], log, publish=log.publish)
    await take([replace(FIRST, offset=4)], log, publish=log.publish)
    assert [(one.offset, one.count) for one in log.figures.values()] == [(4, 1)]
