"""What follows from an answer and is not recorded with it: it is found again when it is asked for.

What each missing fact is worth takes packages of its own, for each the clusters that it bears on:
some tens of milliseconds, a few times an assessment. None waits for it.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec

from events.catalog.talent import Fact
from services.policy.entitlements.assess import (
    Assessment,
    assess,
    missed,
    outcome_digest,
    packages_of,
    receipt_of,
)
from services.policy.policies.counting import EVERYTHING, Counting, counting_out
from services.policy.policies.views import Consolidated
from services.policy.rules import (
    CERTAIN,
    FactWorth,
    Result,
    State,
    View,
    Vocabulary,
    best_package,
    fact_worths,
    interactions_of,
    render_package,
    results,
    rulings_of,
)

Json: TypeAlias = dict[str, Any]


def what_if(
    seen: Consolidated,
    facts: Sequence[Fact],
    vocabulary: Vocabulary,
    counting: Counting = EVERYTHING,
) -> Json:
    """The whole answer to somebody with these facts; ValueError where a value does not fit."""
    horizon = counting.horizon
    found = assess(seen, facts, facts_version=None, vocabulary=vocabulary, horizon=horizon)
    return {
        **counting_out(counting),
        "outcome_digest": outcome_digest(found),
        **receipt_of(found),
        **outlook_of(seen, found, vocabulary),
    }


def what_is_best(
    seen: Consolidated,
    facts: Sequence[Fact],
    vocabulary: Vocabulary,
    counting: Counting = EVERYTHING,
) -> Json:
    """The packages of the same answer, and what each missing fact may add to them."""
    horizon = counting.horizon
    found = assess(seen, facts, facts_version=None, vocabulary=vocabulary, horizon=horizon)
    return {
        **counting_out(counting),
        **found.basis,
        **packages_of(found),
        **promised(seen, found),
    }


def outlook_of(seen: Consolidated, found: Assessment, vocabulary: Vocabulary) -> Json:
    """What became of each policy, what would have to change, and what could still be added."""
    placed = results(found.outcomes, interactions_of(seen.view), found.package)
    return {
        "results": [_result(each) for each in placed],
        "near_misses": missed(seen, found, vocabulary),
        **promised(seen, found),
    }


def promised(seen: Consolidated, found: Assessment) -> Json:
    """What is certain of the package, and what each missing fact may add to it."""
    worths = fact_worths(found.outcomes, interactions_of(seen.view), rulings_of(seen.view))
    return {
        "certain_package": _certain(found, seen.view),
        "fact_worths": [_worth(each) for each in worths],
    }


def _certain(found: Assessment, view: View) -> Json | None:
    """None where the package itself waits for nobody's check."""
    checked = [each for each in found.outcomes if each.state is State.SUBJECT_TO_MANUAL_CHECK]
    if not any(each.offers for each in checked):
        return None
    interactions, rulings = interactions_of(view), rulings_of(view)
    return render_package(best_package(found.outcomes, interactions, CERTAIN, rulings))


def _result(result: Result) -> Json:
    return {
        "policy_id": result.policy_id,
        "state": result.state.value,
        "blocked_by": msgspec.to_builtins(result.blocked_by),
        "costs_fen": result.costs_fen,
    }


def _worth(worth: FactWorth) -> Json:
    return {
        "fact": worth.name,
        "alone_fen": worth.alone_fen,
        "with_others_fen": worth.with_others_fen,
    }
