"""Of the list that is kept and the one that arrives the newer counts."""

from datetime import timedelta

import pytest

from services.policy.entitlements.fact_list import kept
from services.policy.entitlements.lists import Stated, newest
from services.policy.entitlements.process import AssessTalent
from tests.support.policy import BORN, NOON

KEPT = Stated(facts_version=3, facts="kept", recorded_at=NOON, outcome_digest="o-1")
SAID = kept((BORN,))
A_MINUTE = timedelta(minutes=1)


def said(version: int, minutes: int = 0) -> AssessTalent:
    return AssessTalent(
        talent_id="t-1",
        stream="talent-t-1",
        facts_version=version,
        facts=(BORN,),
        recorded_at=NOON + minutes * A_MINUTE,
    )


@pytest.mark.parametrize(
    ("command", "counts"),
    [
        (said(2), "kept"),
        (said(3), "kept"),
        (said(4), SAID),
        # A registry that was restored gave the version again.
        (said(3, minutes=1), SAID),
    ],
)
def test_the_newer_counts(command: AssessTalent, counts: str) -> None:
    assert newest(KEPT, command).facts == counts


def test_the_answer_that_stands_is_known_in_any_case() -> None:
    assert newest(KEPT, said(4)).outcome_digest == "o-1"


def test_where_none_is_kept_what_arrives_counts() -> None:
    found = newest(None, said(1))
    assert (found.facts_version, found.facts, found.outcome_digest) == (1, SAID, None)


def test_what_is_shown_of_the_command_says_nothing_about_the_person() -> None:
    assert "facts=" not in repr(said(1))
