"""One person once."""

from events.catalog.identity import IdentityClaimed
from events.sourcing.testing import given
from services.registry.identity.domain import ClaimIdentity, identity
from tests.support.registry import NOON

CLAIM = ClaimIdentity(identity_hash="5f2a", talent_id="t-1", at=NOON)
CLAIMED = IdentityClaimed(identity_hash="5f2a", talent_id="t-1", claimed_at=NOON)


def test_a_free_number_is_claimed() -> None:
    given(identity).when(CLAIM).then(CLAIMED)


def test_a_number_is_not_claimed_twice() -> None:
    second = ClaimIdentity(identity_hash="5f2a", talent_id="t-2", at=NOON)
    given(identity, CLAIMED).when(second).then_refused("already-registered")
