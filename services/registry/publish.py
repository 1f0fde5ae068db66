"""What leaves the registry: envelopes with ids alone, and the pseudonymous fact list."""

from collections.abc import Mapping

from events.catalog.identity import IdentityClaimed, IdentityReleased
from events.catalog.talent import (
    CredentialVerified,
    ErasureCompleted,
    ErasureRequested,
    FactsRecorded,
    FactsStated,
    LegalHoldLifted,
    LegalHoldPlaced,
    TalentErased,
    TalentRegistered,
    TierConferred,
)
from events.sourcing.types import Published, WholeState

# The stream names the talent; that somebody's file changed is all that other services are told.
ENVELOPE = Published(classification="internal")

PUBLISHED: Mapping[type, Published] = {
    TalentRegistered: ENVELOPE,
    FactsRecorded: ENVELOPE,
    CredentialVerified: ENVELOPE,
    TierConferred: ENVELOPE,
    FactsStated: ENVELOPE,
    LegalHoldPlaced: ENVELOPE,
    LegalHoldLifted: ENVELOPE,
    ErasureRequested: ENVELOPE,
    TalentErased: ENVELOPE,
    ErasureCompleted: ENVELOPE,
    IdentityClaimed: ENVELOPE,
    IdentityReleased: ENVELOPE,
}

STATES: Mapping[type, WholeState] = {
    FactsStated: WholeState(topic="talent.facts", key="talent_id"),
    TalentErased: WholeState(topic="talent.facts", key="talent_id", tombstone=True),
}
