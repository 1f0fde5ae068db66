"""The shapes of the code are judged against every shape that was ever released."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from events.catalog.ticket import TicketRated
from events.sourcing.codec import Codec, Shape
from infra.check.evolution.history import problems, to_release, version_before
from infra.check.evolution.upcasters import lifts
from tests.unit.infra.evolution.change import DAY, TEXT, WHOLE, said

KEY, NEXT = "stored/visit.booked.v1", "stored/visit.booked.v2"
BOOKED = said(required=("a",), a=TEXT)
NOTED = said(required=("a",), a=TEXT, b=TEXT)
MISSING = said()
REPLACED = said(required=("a",), a=WHOLE)
RATED = b"""{
  "ticket_id": "k-1", "talent_id": "t-1", "rating": 5, "comment": null,
  "rated_at": "2026-03-02T04:00:00Z"
}"""


def no_upcaster(name: str) -> Iterable[str]:
    return [f"nobody has one for {name}"]


def upcaster(name: str) -> Iterable[str]:
    return []


def judged(
    shapes: Mapping[str, Any], *standing: Any, lifted: Any = no_upcaster, **more: Any
) -> list[str]:
    """What is wrong with these shapes after the standing ones of the first version."""
    return list(problems(shapes, {KEY: standing, **more}, lifted))


def test_a_shape_as_it_was_released_is_right() -> None:
    assert judged({KEY: BOOKED}, BOOKED) == []


def test_a_description_may_change_under_the_same_name() -> None:
    assert judged({KEY: {**BOOKED, "description": "Booked."}}, BOOKED) == []


def test_a_new_name_waits_for_its_release() -> None:
    (problem,) = judged({KEY: BOOKED, "stored/visit.held.v1": BOOKED}, BOOKED)
    assert problem.startswith("stored/visit.held.v1: is not released yet")


def test_a_safe_change_waits_for_its_release_and_is_right_afterwards() -> None:
    (problem,) = judged({KEY: NOTED}, BOOKED)
    assert problem.startswith(f"{KEY}: is not released yet")
    assert judged({KEY: NOTED}, BOOKED, NOTED) == []


def test_a_change_that_needs_an_upcaster_is_none_under_the_same_name() -> None:
    (problem,) = judged({KEY: MISSING}, BOOKED, lifted=upcaster)
    assert problem.startswith(f"{KEY}/properties/a: required-property-removed")
    assert "new version name" in problem


def test_a_forbidden_change_is_none_under_the_same_name() -> None:
    (problem,) = judged({KEY: REPLACED}, BOOKED)
    assert problem.startswith(f"{KEY}/properties/a: type-replaced (forbidden)")


def test_every_shape_of_the_name_is_looked_at_and_not_only_the_newest() -> None:
    """`b` was a text once; nobody may say a day under its name though the newest is without it."""
    (problem,) = judged({KEY: said(required=("a",), a=TEXT, b=DAY)}, NOTED, BOOKED)
    assert problem.startswith(f"{KEY}/properties/b/format: format-added")


def test_a_new_version_needs_an_upcaster_from_the_one_before() -> None:
    shapes, standing = {NEXT: MISSING, KEY: BOOKED}, {NEXT: [MISSING]}
    assert judged(shapes, BOOKED, **standing) == [
        "visit.booked.v1: needs an upcaster: nobody has one for visit.booked.v1"
    ]
    assert judged(shapes, BOOKED, lifted=upcaster, **standing) == []


def test_a_new_version_that_differs_safely_needs_none_while_the_old_one_is_read() -> None:
    assert judged({NEXT: NOTED, KEY: BOOKED}, BOOKED, **{NEXT: [NOTED]}) == []


def test_no_upcaster_excuses_what_is_forbidden() -> None:
    shapes, standing = {NEXT: REPLACED, KEY: BOOKED}, {NEXT: [REPLACED]}
    (problem,) = judged(shapes, BOOKED, lifted=upcaster, **standing)
    assert problem.startswith(f"{NEXT}/properties/a: type-replaced (forbidden)")
    assert "name another event" in problem


def test_a_second_version_follows_a_first() -> None:
    assert list(problems({NEXT: BOOKED}, {NEXT: [BOOKED]}, upcaster)) == [
        f"{NEXT}: there is no {KEY} for it to follow"
    ]


def test_a_name_that_left_the_catalog_is_read_by_an_upcaster() -> None:
    assert judged({NEXT: NOTED}, BOOKED, **{NEXT: [NOTED]}) == [
        "visit.booked.v1: needs an upcaster: nobody has one for visit.booked.v1"
    ]
    assert judged({NEXT: NOTED}, BOOKED, lifted=upcaster, **{NEXT: [NOTED]}) == []


def test_a_whole_state_that_was_published_stays_published() -> None:
    state = "received/visit.booked.v1.state"
    (problem,) = judged({KEY: BOOKED}, BOOKED, **{state: [BOOKED]}, lifted=upcaster)
    assert problem.startswith(f"{state}: was released and is no longer published")


def test_the_version_before_is_of_the_same_view_and_the_same_state() -> None:
    assert version_before(KEY) is None
    assert version_before(NEXT) == KEY
    assert version_before("received/a.b.v10.state") == "received/a.b.v9.state"


def test_only_what_is_new_or_safe_is_released() -> None:
    assert to_release({KEY: BOOKED}, {}) == {KEY: BOOKED}
    assert to_release({KEY: BOOKED}, {KEY: [BOOKED]}) == {}
    assert to_release({KEY: NOTED}, {KEY: [BOOKED]}) == {KEY: NOTED}
    assert to_release({KEY: MISSING}, {KEY: [BOOKED]}) == {}


def named_stars(shape: Shape) -> tuple[str, Shape]:
    return "ticket.rated.v2", {**shape, "stars": shape["rating"]}


def forgetful(shape: Shape) -> tuple[str, Shape]:
    return "ticket.rated.v2", {**shape, "stars": 5, "rated_at": None}


def test_an_upcaster_is_believed_when_the_sample_becomes_the_newer_shape() -> None:
    names = {"ticket.rated.v2": TicketRated}
    codec = Codec(names, {"ticket.rated.v1": named_stars})
    assert list(lifts(codec, "ticket.rated.v1", RATED)) == []
    event = codec.decode("ticket.rated.v1", RATED, event_id=UUID(int=0), keys={})
    assert event.stars == 5


def stumbling(shape: Shape) -> tuple[str, Shape]:
    return "ticket.rated.v2", {**shape, "stars": shape["points"]}


def test_an_upcaster_that_is_missing_or_makes_another_shape_is_told() -> None:
    names = {"ticket.rated.v2": TicketRated}
    assert list(lifts(Codec(names), "ticket.rated.v1", RATED)) == ["has none registered"]
    for codec in (
        Codec(names, {"ticket.rated.v1": forgetful}),
        Codec(names, {"ticket.rated.v1": stumbling}),
        Codec({}, {"ticket.rated.v1": named_stars}),
    ):
        (wrong,) = lifts(codec, "ticket.rated.v1", RATED)
        assert wrong.startswith("has one that makes no newer shape of it")
