"""What each event does to the read models: statements, and nothing else."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from events.catalog.identity import IdentityClaimed, IdentityReleased
from events.catalog.talent import (
    CredentialVerified,
    FactsRecorded,
    FactsStated,
    TalentErased,
    TalentRegistered,
    TierConferred,
)
from events.sourcing.types import Recorded
from services.registry.talent.projection import project_directory, project_profile
from services.registry.talent.rows import from_text
from tests.support.registry import NOON, fact
from tests.support.spoken import spoken

REGISTERED = TalentRegistered(
    talent_id="t-1",
    full_name="王样例",
    identity_number="000001199005170029",
    identity_kind="resident-id",
    registered_by="staff-1",
    registered_at=NOON,
)
DEGREE = fact("highest_degree", "doctor")
RECORDED = FactsRecorded(talent_id="t-1", facts=(DEGREE,), recorded_by="staff-1", recorded_at=NOON)
VERIFIED = CredentialVerified(talent_id="t-1", fact=DEGREE, verified_by="staff-1", verified_at=NOON)
CONFERRED = TierConferred(
    talent_id="t-1",
    programme="mh.chunshen",
    tier="B1",
    conferred_by="minhang",
    valid_from=date(2025, 1, 1),
    valid_to=None,
    document=None,
    recorded_by="clerk-1",
    conferred_at=NOON,
)
STATED = FactsStated(talent_id="t-1", facts=(DEGREE,), stated_at=NOON)
ERASED = TalentErased(talent_id="t-1", reason="asked", erased_by="staff-1", erased_at=NOON)
CLAIMED = IdentityClaimed(identity_hash="5f2a", talent_id="t-1", claimed_at=NOON)
RELEASED = IdentityReleased(identity_hash="5f2a", talent_id="t-1", released_at=NOON)


def recorded(event: object) -> Recorded[Any]:
    return Recorded(
        event=event,
        name="some.name.v1",
        event_id=UUID(int=1),
        service="registry",
        stream="talent-t-1",
        version=3,
        position=7,
        recorded_at=NOON,
        actor="staff-1",
        correlation_id="c-1",
        causation_id=None,
    )


def profile_of(event: object) -> list[tuple[str, dict[str, Any]]]:
    said = [spoken(statement) for statement in project_profile(recorded(event))]
    return [(f"{verb} {table}", values) for verb, table, values in said]


def test_a_registration_opens_a_file_with_a_masked_number() -> None:
    ((what, values),) = profile_of(REGISTERED)
    assert what == "INSERT profile"
    assert values["identity_masked"] == "*" * 14 + "0029"
    assert values["invented"] is True
    assert "000001199005170029" not in map(str, values.values())


def test_a_forgotten_registration_can_still_be_read_again() -> None:
    forgotten = TalentRegistered(
        talent_id="t-1",
        full_name=None,
        identity_number=None,
        identity_kind=None,
        registered_by="staff-1",
        registered_at=NOON,
    )
    ((_, values),) = profile_of(forgotten)
    assert (values["full_name"], values["identity_masked"]) == (None, None)


def test_a_stated_list_takes_the_place_of_the_one_before() -> None:
    ((what, values),) = profile_of(STATED)
    assert what == "UPDATE profile"
    assert values["version"] == 3
    assert [fact.value for fact in from_text(values["facts"])] == ["doctor"]


def test_a_conferral_is_kept_with_its_body_and_term() -> None:
    ((what, values),) = profile_of(CONFERRED)
    assert what == "INSERT tier"
    assert (values["conferred_by"], values["tier"]) == ("minhang", "B1")


@pytest.mark.parametrize("event", [RECORDED, VERIFIED, CLAIMED, RELEASED])
def test_what_the_stated_list_repeats_changes_nothing_by_itself(event: object) -> None:
    assert profile_of(event) == []
    assert list(project_directory(recorded(event))) == []


def test_erasing_somebody_leaves_no_row_of_theirs() -> None:
    assert [what for what, _ in profile_of(ERASED)] == ["DELETE profile", "DELETE tier"]
    (gone,) = project_directory(recorded(ERASED))
    assert spoken(gone)[:2] == ("DELETE", "directory")


def test_the_directory_lists_a_registration_under_its_position() -> None:
    (listed,) = project_directory(recorded(REGISTERED))
    verb, table, values = spoken(listed)
    assert (verb, table) == ("INSERT", "directory")
    assert (values["position"], values["full_name"]) == (7, "王样例")


@pytest.mark.parametrize("event", [STATED, CONFERRED])
def test_the_directory_says_nothing_of_facts_and_tiers(event: object) -> None:
    assert list(project_directory(recorded(event))) == []
