"""A fact list in two times: what was true when, and what was known when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, strategies

from events.catalog.talent import Fact
from services.registry.talent.facts import (
    LEDGERS,
    counting,
    holds_on,
    news,
    restated,
    standing,
)
from services.registry.vocabulary.load import the_vocabulary
from services.registry.vocabulary.words import FactType
from tests.support.registry import NOON, fact

LATER = NOON + timedelta(hours=1)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
IN_MINHANG = fact("work_region", "minhang")
IN_PUTUO = fact("work_region", "putuo", term=(APRIL, None), at=LATER)


def values(facts: Sequence[Fact], *, on: date, known_at: datetime) -> list[object]:
    known = standing(facts, known_at=known_at)
    return [each.value for each in counting(known, on=on)]


def test_a_move_ends_the_old_place_the_day_before() -> None:
    whole = restated([IN_MINHANG], [IN_PUTUO])
    assert values(whole, on=date(2026, 3, 31), known_at=LATER) == ["minhang"]
    assert values(whole, on=APRIL, known_at=LATER) == ["putuo"]


def test_what_was_known_before_a_correction_can_still_be_asked() -> None:
    whole = restated([IN_MINHANG], [IN_PUTUO])
    assert values(whole, on=APRIL, known_at=NOON) == ["minhang"]


def test_the_old_row_stays_with_the_moment_it_was_closed() -> None:
    whole = restated([IN_MINHANG], [IN_PUTUO])
    assert whole[0] == replace(IN_MINHANG, retracted_at=LATER)


def test_a_correction_inside_a_term_leaves_both_ends_standing() -> None:
    whole = restated(
        [IN_MINHANG], [replace(IN_PUTUO, valid_from=MARCH, valid_to=date(2026, 3, 31))]
    )
    days = (date(2026, 2, 28), MARCH, APRIL)
    found = [values(whole, on=day, known_at=LATER) for day in days]
    assert found == [["minhang"], ["putuo"], ["minhang"]]


def test_a_declaration_does_not_close_what_was_verified() -> None:
    verified = replace(IN_MINHANG, source="verified")
    whole = restated([verified], [IN_PUTUO])
    assert whole == (verified, IN_PUTUO)
    assert values(whole, on=APRIL, known_at=LATER) == ["minhang"]


def test_an_end_day_still_counts_and_the_day_after_does_not() -> None:
    until_march = fact("titles_held", "sh.pujiang", term=(None, date(2026, 3, 31)))
    assert holds_on(until_march, date(2026, 3, 31))
    assert not holds_on(until_march, APRIL)


def test_a_second_title_stands_beside_the_first() -> None:
    first, second = fact("titles_held", "sh.pujiang"), fact("titles_held", "sh.leading", at=LATER)
    assert restated([first], [second]) == (first, second)


def test_a_title_with_a_new_term_takes_the_place_of_the_same_title() -> None:
    first = fact("titles_held", "sh.pujiang", term=(MARCH, None))
    second = fact("titles_held", "sh.pujiang", term=(MARCH, APRIL), at=LATER)
    assert restated([first], [second])[0].retracted_at == LATER


def test_a_first_title_closes_the_statement_that_there_is_none() -> None:
    none, title = fact("titles_held", None), fact("titles_held", "sh.pujiang", at=LATER)
    assert values(restated([none], [title]), on=APRIL, known_at=LATER) == ["sh.pujiang"]


def test_money_under_two_policies_stands_side_by_side() -> None:
    first = fact("receipts", ({"policy_id": "A-1", "cost_item": "rent", "fen": 100},))
    second = fact("receipts", ({"policy_id": "B-2", "cost_item": "rent", "fen": 200},), at=LATER)
    assert restated([first], [second]) == (first, second)


def test_a_statement_from_another_source_is_news() -> None:
    verified = replace(IN_MINHANG, source="verified", recorded_at=LATER)
    assert news([IN_MINHANG], [verified]) == (verified,)


def test_a_closed_statement_made_again_is_news() -> None:
    closed = replace(IN_MINHANG, retracted_at=LATER)
    again = replace(IN_MINHANG, recorded_at=LATER)
    assert news([closed], [again]) == (again,)


def test_the_facts_with_entries_side_by_side_are_those_of_the_vocabulary() -> None:
    facts = the_vocabulary().facts.values()
    assert {f.name for f in facts if f.type in {FactType.HELD, FactType.RECEIPTS}} == LEDGERS


days = strategies.none() | strategies.dates(date(2026, 1, 1), date(2026, 1, 20))
statements = strategies.lists(
    strategies.tuples(
        strategies.sampled_from(["minhang", "putuo", "qingpu"]),
        strategies.sampled_from(["inferred", "declared", "verified"]),
        days,
        days,
    ),
    min_size=1,
    max_size=7,
)


@given(
    statements, strategies.integers(0, 7), strategies.dates(date(2025, 12, 30), date(2026, 1, 22))
)
def test_the_list_answers_like_a_clerk_who_keeps_every_slip(
    slips: list[tuple[str, str, date | None, date | None]], known: int, day: date
) -> None:
    """The most trusted, then newest of the slips that had come in and speak about the day."""
    stated = [
        fact("work_region", value, source=source, term=(first, last), at=NOON + timedelta(hours=n))
        for n, (value, source, first, last) in enumerate(slips)
        if first is None or last is None or first <= last
    ]
    whole: tuple[Fact, ...] = ()
    for each in stated:
        whole = restated(whole, [each])
    known_at = NOON + timedelta(hours=known)
    trust = ("inferred", "declared", "verified")
    slips_read = [f for f in stated if f.recorded_at <= known_at and holds_on(f, day)]
    best = max(slips_read, key=lambda f: (trust.index(f.source), f.recorded_at), default=None)
    assert values(whole, on=day, known_at=known_at) == ([best.value] if best else [])


@given(statements)
def test_a_list_only_grows_and_only_ever_closes_rows(
    slips: list[tuple[str, str, date | None, date | None]],
) -> None:
    whole: tuple[Fact, ...] = ()
    for n, (value, source, *_) in enumerate(slips):
        at = NOON + timedelta(hours=n)
        after = restated(whole, [fact("work_region", value, source=source, at=at)])
        kept = [replace(row, retracted_at=None) for row in after]
        assert all(replace(row, retracted_at=None) in kept for row in whole)
        whole = after
