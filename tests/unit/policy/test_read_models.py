"""What each read model makes of each event that it reads."""

from dataclasses import replace
from typing import Any

import pytest

from events.catalog.body import BodyEstablished
from events.catalog.talent import FactsStated
from events.sourcing.types import Recorded
from services.policy.bodies.projection import project_body
from services.policy.entitlements.fact_list import kept
from services.policy.entitlements.process import ERASED, UnreadableList
from services.policy.entitlements.projection import (
    project_entitlement,
    project_talent_fact_list,
)
from services.policy.policies.projection import project_policy_row
from tests.support.policy import BORN, DISTRICT, NOON
from tests.support.spoken import spoken
from tests.unit.policy.test_entitlement_rules import ASSESSED, WITHDRAWN, recorded
from tests.unit.policy.test_policy_rules import JUNE, PUBLISHED, REPEALED, SUPERSEDED


def policy_values(event: object) -> dict[str, Any]:
    said: Recorded[Any] = recorded(event, stream="policy-DEMO-1", version=2)
    [statement] = project_policy_row(said)
    _, _, values = spoken(statement)
    return values


def test_an_established_body_is_listed() -> None:
    event = BodyEstablished(**DISTRICT, established_by="loader", established_at=NOON)
    [statement] = project_body(recorded(event, stream="body-demo-district"))

    assert spoken(statement) == ("INSERT", "body", DISTRICT)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (PUBLISHED, {"said": "published", "edition": 1, "document": "…", "digest": "d-1"}),
        (SUPERSEDED, {"said": "superseded", "superseded_by": "DEMO-2", "effective_on": JUNE}),
        (REPEALED, {"said": "repealed", "effective_on": JUNE, "reason": "no longer needed"}),
    ],
)
def test_what_a_body_says_of_a_policy_is_one_row(event: object, said: dict[str, Any]) -> None:
    assert policy_values(event) == {
        "position": 9,
        "row_id": "policy-DEMO-1@2",
        "policy_id": "DEMO-1",
        "issuer_id": "demo-city",
        "recorded_at": NOON,
        **said,
    }


def test_the_newest_fact_list_replaces_the_one_before() -> None:
    stated = FactsStated(talent_id="t-1", facts=(BORN,), stated_at=NOON)
    [statement] = project_talent_fact_list(recorded(stated, stream="talent-t-1", version=4))

    row = {
        "talent_id": "t-1",
        "facts_version": 4,
        "facts": kept([BORN]),
        "recorded_at": NOON,
    }
    assert spoken(statement) == ("UPSERT", "talent_fact_list", row)


def test_a_tombstone_removes_the_fact_list() -> None:
    [statement] = project_talent_fact_list(recorded(None, stream="talent-t-1", name=ERASED))

    assert spoken(statement) == ("DELETE", "talent_fact_list", {"talent_id": "t-1"})


def test_nothing_but_a_tombstone_removes_a_fact_list() -> None:
    stranger = recorded(None, stream="talent-t-1", name="talent.facts-moved.v1")

    assert list(project_talent_fact_list(stranger)) == []


def test_a_fact_list_without_its_facts_is_left_to_be_parked() -> None:
    envelope = recorded(None, stream="talent-t-1", name="talent.facts-stated.v1")

    with pytest.raises(UnreadableList):
        list(project_talent_fact_list(envelope))


def test_an_answer_stands_by_its_place_in_the_journal_and_without_its_receipt() -> None:
    [statement] = project_entitlement(recorded(ASSESSED, stream="entitlement-t-1", version=2))

    verb, table, values = spoken(statement)
    assert (verb, table) == ("UPSERT", "entitlement")
    assert (values["position"], values["version"]) == (9, 2)
    assert "receipt" not in values


@pytest.mark.parametrize("event", [WITHDRAWN, replace(ASSESSED, receipt=None)])
def test_an_answer_that_cannot_be_read_any_more_is_gone(event: object) -> None:
    [statement] = project_entitlement(recorded(event, stream="entitlement-t-1"))

    assert spoken(statement) == ("DELETE", "entitlement", {"talent_id": "t-1"})
