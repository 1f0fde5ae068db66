"""Who sees whose tickets; whoever is not known to have a right has none."""

import pytest
from fastapi import HTTPException

from events.edge.identity import Actor
from services.concierge.access import for_talent, may_serve, only_of, own_talent


def actor(*roles: str, talent_id: str | None = None) -> Actor:
    return Actor(subject="a", roles=frozenset(roles), talent_id=talent_id)


LI = actor("talent", talent_id="li")
NOBODY = (actor(), actor("talent"), actor("clerk"), actor("matchmaker", talent_id="li"))


def test_staff_see_all() -> None:
    assert only_of(actor("concierge")) is None


def test_a_talent_sees_their_own() -> None:
    assert only_of(LI) == "li"


@pytest.mark.parametrize("someone", NOBODY)
def test_others_see_and_open_nothing(someone: Actor) -> None:
    for ask in (only_of, own_talent, may_serve, lambda a: for_talent(a, "li")):
        with pytest.raises(HTTPException) as refused:
            ask(someone)
        assert refused.value.status_code == 403


def test_a_talent_does_not_serve() -> None:
    with pytest.raises(HTTPException):
        may_serve(LI)


def test_staff_name_the_talent_they_write_for() -> None:
    assert for_talent(actor("concierge"), "li") == "li"
    with pytest.raises(HTTPException) as refused:
        for_talent(actor("concierge"), None)
    assert refused.value.status_code == 422


def test_a_talent_opens_their_own_and_no_other() -> None:
    assert for_talent(LI, None) == for_talent(LI, "li") == "li"
    with pytest.raises(HTTPException):
        for_talent(LI, "wang")
