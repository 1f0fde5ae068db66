"""What a rule book says it does not look at leads to the same state where it is not there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from contracts.sample import sample
from events.catalog.talent import LegalHoldPlaced
from events.sourcing.codec import personal_fields
from events.sourcing.decider import Decider, fold
from tests.support.services import deciders, events_of

NUMBERS = (1, 2)
(TALENT,) = (one for one in deciders() if one.category == "talent")


def _pasts(decider: Decider[Any, Any, Any]) -> Iterator[Sequence[Any]]:
    """Three events of any kind, one after the other."""
    events = [sample(kind, number=n) for kind in events_of(decider) for n in NUMBERS]
    return product(events, repeat=3)


def _without_overtaken(decider: Decider[Any, Any, Any], past: Sequence[Any]) -> list[Any]:
    newest = {type(event): place for place, event in enumerate(past)}
    return [
        event
        for place, event in enumerate(past)
        if type(event) not in decider.overtaken or newest[type(event)] == place
    ]


def _shut(event: Any) -> Any:
    kind: Any = type(event)
    return replace(event, **dict.fromkeys(personal_fields(kind)))


def _newest_says_all(decider: Decider[Any, Any, Any]) -> bool:
    return all(
        fold(decider, past) == fold(decider, _without_overtaken(decider, past))
        for past in _pasts(decider)
    )


def _sees_nothing_sealed(decider: Decider[Any, Any, Any]) -> bool:
    return all(fold(decider, past) == fold(decider, map(_shut, past)) for past in _pasts(decider))


def test_some_rule_books_leave_events_unopened() -> None:
    assert {one.category for one in deciders() if one.overtaken} >= {"talent"}
    assert {one.category for one in deciders() if one.glances} >= {"entitlement"}


def test_what_was_overtaken_leads_to_the_same_state_unopened() -> None:
    overtaking = [one for one in deciders() if one.overtaken]
    assert [one.category for one in overtaking if not _newest_says_all(one)] == []


def test_a_rule_book_that_needs_all_of_a_kind_would_be_found_out() -> None:
    """The control: every hold that was placed stands until it is lifted."""
    assert not _newest_says_all(replace(TALENT, overtaken=(*TALENT.overtaken, LegalHoldPlaced)))


def test_what_is_sealed_leads_to_the_same_state_shut() -> None:
    glancing = [one for one in deciders() if one.glances]
    assert [one.category for one in glancing if not _sees_nothing_sealed(one)] == []


def test_a_rule_book_that_looks_at_what_is_sealed_would_be_found_out() -> None:
    """The control: a talent's facts are sealed, and all that follows rests on them."""
    assert not _sees_nothing_sealed(TALENT)
