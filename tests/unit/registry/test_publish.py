"""What leaves the registry names nobody."""

from datetime import date
from uuid import UUID

import msgspec

from events.catalog.identity import IdentityClaimed, IdentityReleased
from events.catalog.talent import (
    CredentialVerified,
    FactsRecorded,
    FactsStated,
    TalentErased,
    TalentRegistered,
    TierConferred,
)
from events.sourcing.bus import Record, records_of
from events.sourcing.types import Recorded
from services.registry.publish import PUBLISHED, STATES
from tests.support.registry import NOON, fact

SECRET_VALUES = ("王样例", "000001199005170029", "doctor", "mh.chunshen", "1990")
DEGREE = fact("highest_degree", "doctor")
EVENTS = (
    TalentRegistered(
        talent_id="t-1",
        full_name="王样例",
        identity_number="000001199005170029",
        identity_kind="resident-id",
        registered_by="staff-1",
        registered_at=NOON,
    ),
    FactsRecorded(talent_id="t-1", facts=(DEGREE,), recorded_by="staff-1", recorded_at=NOON),
    CredentialVerified(talent_id="t-1", fact=DEGREE, verified_by="staff-1", verified_at=NOON),
    TierConferred(
        talent_id="t-1",
        programme="mh.chunshen",
        tier="B1",
        conferred_by="minhang",
        valid_from=date(1990, 1, 1),
        valid_to=None,
        document=None,
        recorded_by="clerk-1",
        conferred_at=NOON,
    ),
    FactsStated(talent_id="t-1", facts=(DEGREE,), stated_at=NOON),
    TalentErased(talent_id="t-1", reason="asked", erased_by="staff-1", erased_at=NOON),
    IdentityClaimed(identity_hash="5f2a", talent_id="t-1", claimed_at=NOON),
    IdentityReleased(identity_hash="5f2a", talent_id="t-1", released_at=NOON),
)


def leaving(event: object) -> list[Record]:
    recorded = Recorded(
        event=event,
        name="some.name.v1",
        event_id=UUID(int=1),
        service="registry",
        stream="talent-t-1",
        version=1,
        position=1,
        recorded_at=NOON,
        actor="staff-1",
        correlation_id="c-1",
        causation_id=None,
    )
    return records_of(recorded, published=PUBLISHED, states=STATES)


def test_only_envelopes_leave_on_event_topics() -> None:
    for event in EVENTS:
        envelope = leaving(event)[0]
        assert envelope.value == b"", event
        assert not any(secret in repr(envelope.headers) for secret in SECRET_VALUES), event


def test_the_fact_list_leaves_whole_under_the_talent_and_without_a_name() -> None:
    _, state = leaving(EVENTS[4])
    assert (state.topic, state.key) == ("talent.facts", b"t-1")
    assert msgspec.json.decode(state.value or b"", type=FactsStated) == EVENTS[4]


def test_erasing_somebody_removes_their_fact_list() -> None:
    _, tombstone = leaving(EVENTS[5])
    assert (tombstone.topic, tombstone.key, tombstone.value) == ("talent.facts", b"t-1", None)


def test_nothing_else_is_a_state() -> None:
    assert all(len(leaving(event)) == 1 for event in EVENTS if type(event) not in STATES)
