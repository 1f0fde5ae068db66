"""Two who live together: what they have at most between them, beside what each has alone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from services.policy.policies.views import Consolidated
from services.policy.rules import (
    POSSIBLE,
    PROMISING,
    Outcome,
    State,
    best_household,
    interactions_of,
    render_package,
    rulings_of,
)

Json: TypeAlias = dict[str, Any]
People: TypeAlias = Mapping[str, Sequence[Outcome]]
"""By their names how each of the two stands to every policy of one view."""


def household_out(people: People, seen: Consolidated) -> Json:
    """The best lawful package over both, and the possible one where something is missing."""
    said, ruled = interactions_of(seen.view), rulings_of(seen.view)
    package = best_household(people, said, PROMISING, ruled)
    is_open = _is_open(people.values())
    possible = best_household(people, said, POSSIBLE, ruled) if is_open else None
    return {
        "talent_ids": list(people),
        "valid_at": seen.view.valid_at.isoformat(),
        "known_at": seen.view.known_at.isoformat(),
        "package": render_package(package),
        "possible_package": None if possible is None else render_package(possible),
    }


def _is_open(people: Iterable[Sequence[Outcome]]) -> bool:
    return any(each.state is State.UNDETERMINED for outcomes in people for each in outcomes)
