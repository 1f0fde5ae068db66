"""What is read for a day and a moment of knowing."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from services.policy.rules.facts import UNKNOWN, Reading, Source, select
from tests.unit.policy.rules.rule_samples import NOW, TODAY, facts_of, written

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def read(*facts: dict[str, object], known_at: datetime = NOW, on: date = TODAY) -> Reading:
    return select(facts_of(None, *facts), on, known_at).read("work_region")


def test_a_later_statement_replaces_an_earlier_one_of_equal_trust() -> None:
    later = written("work_region", "putuo", recorded_at=MARCH)
    assert read(written("work_region", "minhang"), later).value == "putuo"


def test_a_claim_does_not_overrule_what_was_verified() -> None:
    verified = written("work_region", "minhang", source="verified", document="contract")
    claim = written("work_region", "putuo", recorded_at=MARCH)
    reading = read(verified, claim)
    assert (reading.value, reading.source, reading.document) == (
        "minhang",
        Source.VERIFIED,
        "contract",
    )


def test_what_was_recorded_later_was_not_known_before() -> None:
    fact = written("work_region", "putuo", recorded_at=MARCH)
    assert read(fact, known_at=datetime(2026, 2, 28, tzinfo=UTC)).value is UNKNOWN
    assert read(fact, known_at=MARCH).value == "putuo"


def test_a_retracted_fact_is_known_until_then() -> None:
    fact = written("work_region", "putuo", retracted_at=MARCH)
    assert read(fact, known_at=datetime(2026, 2, 28, tzinfo=UTC)).value == "putuo"
    assert read(fact, known_at=MARCH).value is UNKNOWN


def test_a_fact_holds_from_its_first_day_until_before_its_end() -> None:
    fact = written("work_region", "putuo", valid_from="2026-04-01", valid_to="2026-05-01")
    assert read(fact, on=date(2026, 3, 31)).value is UNKNOWN
    assert read(fact, on=date(2026, 4, 1)).value == "putuo"
    assert read(fact, on=date(2026, 5, 1)).value is UNKNOWN


def test_a_value_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        facts_of({"birth_date": "yesterday"})


def test_a_fact_of_a_newer_vocabulary_is_passed_over() -> None:
    assert facts_of({"shoe_size": 42}) == ()
