"""Whoever starts the sample world finds one invented contradiction that waits for a ruling."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from services.policy.rules import Policy, Published, build_view, default_vocabulary
from services.policy.rules.contradictions import Contradiction, contradictions_in
from tests.support.encoded import encoded, encoded_and_invented, invented

STORY_DAY = date(2026, 3, 3)
KNOWN_AT = datetime(2026, 3, 3, 16, tzinfo=UTC)
SUPERIORS = default_vocabulary().superiors()


def found_among(policies: Iterable[Policy]) -> tuple[Contradiction, ...]:
    rows = [Published(row_id=e.policy_id, policy=e, recorded_at=KNOWN_AT) for e in policies]
    return contradictions_in(build_view(rows, STORY_DAY, KNOWN_AT, superiors=SUPERIORS), SUPERIORS)


def test_the_demonstration_has_one_contradiction_and_only_invented_bodies_may_rule_on_it() -> None:
    (found,) = found_among(encoded_and_invented())
    assert (found.forbids.policy.demo, found.allows.policy.demo) == (True, True)
    assert found.benefits == (("DEMO-CITY-SETTLING-2026#settling", "DEMO-DISTRICT-RENT-2026#rent"),)
    assert found.may_rule == ("demo-city",)
    assert found.ruling is None
    # By hand: of 100k once and 2,500 a month for two years the lesser.
    assert found.at_stake_fen == 60_000 * 100


def test_without_the_invented_sentence_nothing_waits() -> None:
    quiet = [
        replace(each, interactions=tuple(i for i in each.interactions if "beside" not in str(i)))
        for each in invented()
    ]
    assert found_among([*encoded(), *quiet]) == ()
