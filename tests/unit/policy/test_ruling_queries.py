"""What is listed of contradictions and of all that was ever ruled."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Row

from services.policy.policies.views import Consolidated
from services.policy.rulings.queries import MOST, contradictions_out
from services.policy.rulings.shapes import ContradictionsOut
from tests.support.policy import NOON
from tests.unit.policy.rules.test_contradictions import rows, seen
from tests.unit.policy.ruling_samples import CITY, DISTRICT, GIVEN, WORDS
from tests.unit.policy.test_policy_rules import JUNE


def recorded(position: int, **changes: Any) -> Row[Any]:
    said = {
        "position": position,
        "row_id": f"policy-DEMO-CITY@{position}",
        "said": "ruling-given",
        "edition": 1,
        "forbids": "DEMO-CITY/not-both",
        "allows": "DEMO-DISTRICT/both",
        "allows_edition": 1,
        "prevails": "allows",
        "ruled_by": "demo-city",
        "reason": f"Ruling {position}",
        "effective_on": JUNE,
        "recorded_at": NOON,
    }
    return cast("Row[Any]", SimpleNamespace(**(said | changes)))


def answered(ruled: Sequence[Row[Any]], *, position: int) -> ContradictionsOut:
    """In the shape that is promised."""
    view = seen(rows(CITY, DISTRICT, GIVEN))
    found = contradictions_out(
        Consolidated(view=view, position=position, unreadable=()), ruled, WORDS
    )
    return ContradictionsOut.model_validate({"stale": False, **found})


def test_each_side_is_told_in_words_with_its_text_its_body_and_its_clause() -> None:
    [found] = answered([], position=3).contradictions
    assert (found.forbids.policy_id, found.forbids.edition) == ("DEMO-CITY", 1)
    assert (found.forbids.issuer, found.allows.issuer) == ("demo-city", "demo-district")
    assert (found.forbids.cite.where, found.forbids.demo) == ("Article 9", True)
    for named in ("DEMO-CITY#grant", "DEMO-DISTRICT", "[Article 9]"):
        assert named in found.forbids.said.en
    assert found.ruling is not None
    assert found.ruling.row == "policy-DEMO-CITY@3"


def test_only_what_bears_on_the_day_is_said_to_count() -> None:
    found = answered([recorded(3), recorded(2), recorded(1, prevails=None)], position=3)
    assert [(each.row[-1], each.counts) for each in found.ruled] == [
        ("3", True),
        ("2", False),
        ("1", False),
    ]
    assert found.ruled[2].prevails is None


def test_what_was_recorded_after_the_moment_of_knowing_is_left_out() -> None:
    found = answered([recorded(5), recorded(4), recorded(3)], position=4)
    assert [each.clause for each in found.ruled] == ["Ruling 4", "Ruling 3"]
    assert found.ruled_in_all == 2


@pytest.mark.parametrize("more", [0, 1, 7])
def test_of_many_rulings_the_newest_are_listed_and_it_is_said_how_many_there_are(more: int) -> None:
    everything = [recorded(number) for number in range(MOST + more, 0, -1)]
    found = answered(everything, position=MOST + more)
    assert (len(found.ruled), found.ruled_in_all) == (MOST, MOST + more)
    assert found.ruled[0].clause == f"Ruling {MOST + more}"
