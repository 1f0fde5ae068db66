"""What leads to an erasure, and what an erasure leads to."""

from typing import Any

import pytest

from contracts.sample import sample
from events.catalog.talent import (
    ErasureCompleted,
    ErasureRequested,
    FactsStated,
    LegalHoldLifted,
    LegalHoldPlaced,
    TalentErased,
)
from events.sourcing.forgetting import ForgetPerson, react_to_erasure
from services.registry.talent.commands import EraseTalent
from services.registry.talent.process import react
from tests.support.recorded import NOON, recorded


def effects(event: Any, name: str) -> list[object]:
    return list(react(recorded(event, name=name, stream="talent-t-1", version=7)))


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        (ErasureRequested, "talent.erasure-requested.v1"),
        (LegalHoldLifted, "talent.legal-hold-lifted.v1"),
    ],
)
def test_a_request_and_a_lifted_hold_both_lead_to_the_erasure(shape: type, name: str) -> None:
    assert effects(sample(shape, talent_id="t-1"), name) == [EraseTalent(talent_id="t-1", at=NOON)]


def test_an_erasure_is_carried_out() -> None:
    wanted = ForgetPerson(talent_id="t-1", stream="talent-t-1", version=7)
    assert effects(sample(TalentErased, talent_id="t-1"), "talent.erased.v1") == [wanted]


def test_elsewhere_the_envelope_is_enough() -> None:
    envelope = recorded(None, name="talent.erased.v1", stream="talent-4711-ab", version=3)
    (wanted,) = react_to_erasure(envelope)
    assert (wanted.talent_id, wanted.version) == ("4711-ab", 3)


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        (FactsStated, "talent.facts-stated.v1"),
        (LegalHoldPlaced, "talent.legal-hold-placed.v1"),
        (ErasureCompleted, "talent.erasure-completed.v1"),
    ],
)
def test_nothing_else_forgets_anybody(shape: type, name: str) -> None:
    assert effects(sample(shape), name) == []
    assert list(react_to_erasure(recorded(None, name=name, stream="talent-t-1"))) == []
