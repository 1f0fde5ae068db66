"""When a held stream may be released, and when an event may be gone on without."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.sample import NOON
from events.catalog.repair import EventDiscarded, StreamReleased
from events.sourcing.repair.domain import (
    BECAUSE,
    DiscardEvent,
    Held,
    ReleaseStream,
    repair,
    stream_of,
)
from events.sourcing.testing import given

PLACE = ("queue", "ticket.events", "ticket-1")
HELD = Held(
    version=4, kind="poison", reason="KeyError", parked_at=NOON, waiting=2, gate=3, in_order=True
)
HOLE = replace(HELD, kind="hole", reason="version 4 after 1", gate=1)
RELEASE = ReleaseStream(place=PLACE, held=HELD, by="operator-1", at=NOON)
DISCARD = DiscardEvent(
    place=PLACE,
    version=4,
    because="without-effect",
    reference="INC-2041",
    held=HELD,
    by="operator-1",
    at=NOON,
)
RELEASED = StreamReleased(
    reader="queue",
    topic="ticket.events",
    stream="ticket-1",
    version=4,
    kind="poison",
    reason="KeyError",
    waiting=2,
    released_by="operator-1",
    released_at=NOON,
)
DISCARDED = EventDiscarded(
    reader="queue",
    topic="ticket.events",
    stream="ticket-1",
    first_version=4,
    last_version=4,
    passed=True,
    kind="poison",
    reason="KeyError",
    because="without-effect",
    reference="INC-2041",
    discarded_by="operator-1",
    discarded_at=NOON,
)


def test_a_held_stream_is_released() -> None:
    given(repair).when(RELEASE).then(RELEASED)


def test_a_stream_that_failed_again_is_released_again() -> None:
    given(repair, RELEASED).when(RELEASE).then(RELEASED)


def test_what_is_not_held_is_neither_released_nor_discarded() -> None:
    given(repair).when(replace(RELEASE, held=None)).then_refused("parked-stream-not-found")
    given(repair).when(replace(DISCARD, held=None)).then_refused("parked-stream-not-found")


def test_the_event_that_stands_first_is_discarded() -> None:
    given(repair).when(DISCARD).then(DISCARDED)


@pytest.mark.parametrize("changes", [{"gate": 1}, {"in_order": False}, {"version": 10**9 + 7}])
def test_what_is_not_due_next_is_let_go_and_counts_as_nothing(changes: dict[str, Any]) -> None:
    held = replace(HELD, **changes)
    asked = replace(DISCARD, version=held.version, held=held)
    let_go = replace(DISCARDED, first_version=held.version, last_version=held.version, passed=False)
    given(repair).when(asked).then(let_go)


def test_where_versions_are_not_counted_the_event_itself_is_passed_over() -> None:
    given(repair).when(replace(DISCARD, held=replace(HELD, gate=None))).then(DISCARDED)


def test_a_reference_may_be_left_out() -> None:
    given(repair).when(replace(DISCARD, reference=None)).then(replace(DISCARDED, reference=None))


def test_of_a_hole_what_is_missing_is_discarded() -> None:
    asked = replace(DISCARD, held=HOLE, because="missing-for-good")
    missing = replace(
        DISCARDED,
        first_version=2,
        last_version=3,
        kind="hole",
        reason="version 4 after 1",
        because="missing-for-good",
    )
    given(repair).when(asked).then(missing)


def test_what_is_missing_is_only_missing_where_there_is_a_hole() -> None:
    asked = replace(DISCARD, because="missing-for-good")
    given(repair).when(asked).then_refused("discard-reason-unfit")
    given(repair).when(replace(DISCARD, held=HOLE)).then_refused("discard-reason-unfit")


def test_what_was_not_seen_to_stand_first_is_not_discarded() -> None:
    given(repair).when(replace(DISCARD, version=3)).then_refused("parked-stream-moved-on")


@pytest.mark.parametrize("kind", ["ready", "behind"])
def test_a_sound_event_that_only_waits_is_not_discarded(kind: str) -> None:
    waiting = replace(DISCARD, held=replace(HELD, kind=kind))
    given(repair).when(waiting).then_refused("nothing-wrong-yet")


@pytest.mark.parametrize("because", ["Zhang Wei asked for it", "", "poison"])
def test_a_reason_is_one_of_a_few_codes(because: str) -> None:
    assert because not in BECAUSE
    given(repair).when(replace(DISCARD, because=because)).then_refused("discard-reason-unknown")


@pytest.mark.parametrize("reference", ["Zhang Wei", "张伟-1", "inc-1", "INC", "", "INC-1 Zhang"])
def test_no_name_fits_into_a_reference(reference: str) -> None:
    given(repair).when(replace(DISCARD, reference=reference)).then_refused("reference-malformed")


def test_no_two_services_write_to_one_stream() -> None:
    places = [PLACE, ("mine", *PLACE[1:]), (*PLACE[:2], "ticket-2")]
    streams = {stream_of(service, place) for service in ("concierge", "ops") for place in places}
    assert len(streams) == 6
    assert all(stream.startswith("repair-") for stream in streams)
