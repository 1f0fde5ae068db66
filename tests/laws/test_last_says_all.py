"""Where a rule book looks at the last event alone, no event before it would have said more."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from contracts.sample import sample
from events.sourcing.decider import Decider, fold
from tests.support.services import deciders, events_of

BY_THE_LAST = [one for one in deciders() if one.last_says_all]
NUMBERS = (1, 2)


def _pasts(decider: Decider[Any, Any, Any]) -> Iterator[Sequence[Any]]:
    """Every event after every other one, and after itself."""
    events = [sample(kind, number=n) for kind in events_of(decider) for n in NUMBERS]
    return product(events, repeat=2)


def _is_said_by_the_last(decider: Decider[Any, Any, Any]) -> bool:
    return all(fold(decider, past) == fold(decider, past[-1:]) for past in _pasts(decider))


def test_some_rule_books_look_at_the_last_event_alone() -> None:
    assert {one.category for one in BY_THE_LAST} >= {"match", "entitlement", "feed", "chain"}


def test_the_last_event_alone_leads_to_the_same_state() -> None:
    assert [one.category for one in BY_THE_LAST if not _is_said_by_the_last(one)] == []


def test_a_rule_book_that_remembers_more_would_be_found_out() -> None:
    """The control: a policy that was superseded is also the one that was published."""
    (policy,) = [one for one in deciders() if one.category == "policy"]
    assert not _is_said_by_the_last(policy)
