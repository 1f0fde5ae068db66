"""One person once, and once more when they are forgotten."""

from datetime import timedelta

import pytest

from events.catalog.identity import IdentityClaimed, IdentityReleased
from events.sourcing.testing import given
from events.sourcing.types import Refused
from services.registry.identity.domain import (
    ERASURE_TAKES,
    ClaimIdentity,
    ReleaseIdentity,
    identity,
)
from tests.support.registry import NOON

LATER = NOON + timedelta(days=30)
CLAIM = ClaimIdentity(identity_hash="5f2a", talent_id="t-1", at=NOON)
CLAIMED = IdentityClaimed(identity_hash="5f2a", talent_id="t-1", claimed_at=NOON)
RELEASE = ReleaseIdentity(identity_hash="5f2a", talent_id="t-1", at=LATER)
RELEASED = IdentityReleased(identity_hash="5f2a", talent_id="t-1", released_at=LATER)
ANEW = ClaimIdentity(identity_hash="5f2a", talent_id="t-2", at=LATER)
CLAIMED_ANEW = IdentityClaimed(identity_hash="5f2a", talent_id="t-2", claimed_at=LATER)


def test_a_free_number_is_claimed() -> None:
    given(identity).when(CLAIM).then(CLAIMED)


def test_a_number_is_not_claimed_twice() -> None:
    given(identity, CLAIMED).when(ANEW).then_refused("already-registered")


def test_a_number_whose_holder_is_being_forgotten_is_refused_until_a_moment_that_is_told() -> None:
    leaving = ClaimIdentity(identity_hash="5f2a", talent_id="t-2", at=LATER, holder_leaves=True)
    with pytest.raises(Refused, match="erasure-under-way") as refused:
        given(identity, CLAIMED).when(leaving).decided()
    assert refused.value.facts == {"try_again_at": (LATER + ERASURE_TAKES).isoformat()}


def test_a_number_is_released_when_its_holder_is_forgotten() -> None:
    given(identity, CLAIMED).when(RELEASE).then(RELEASED)


def test_a_released_number_is_claimed_anew_by_another_talent_id() -> None:
    given(identity, CLAIMED, RELEASED).when(ANEW).then(CLAIMED_ANEW)


def test_releasing_twice_is_nothing() -> None:
    given(identity, CLAIMED, RELEASED).when(RELEASE).then()


def test_a_late_release_does_not_take_the_number_from_who_claimed_it_since() -> None:
    given(identity, CLAIMED, RELEASED, CLAIMED_ANEW).when(RELEASE).then()


def test_a_number_that_was_claimed_anew_is_not_claimed_a_third_time() -> None:
    given(identity, CLAIMED, RELEASED, CLAIMED_ANEW).when(ANEW).then_refused("already-registered")
