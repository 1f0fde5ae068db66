"""Two who live together: what they have at most between them, beside what each has alone."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from services.policy.entitlements.household import household_out
from services.policy.offline.asked import Asked
from services.policy.offline.people import Person
from services.policy.offline.problems import Unusable, problem
from services.policy.policies.views import Consolidated
from services.policy.rules import Outcome
from services.policy.rules.scene import COUPLE

Json: TypeAlias = dict[str, Any]
Judged: TypeAlias = tuple[Person, Sequence[Outcome]]
Couples: TypeAlias = dict[str, dict[str, Sequence[Outcome]]]


def couples_in(judged: Iterable[Judged], asked: Asked) -> Couples:
    """By household its two by their names; raises `Unusable` for any other number of people."""
    found: Couples = {}
    for person, outcomes in judged:
        if person.household is not None:
            found.setdefault(person.household, {})[person.talent_id] = outcomes
    wrong = [name for name, people in found.items() if len(people) != COUPLE]
    if wrong:
        file, remedy = str(asked.people), "Name the same household at two people, or at none."
        raise Unusable(
            [problem(file, f"household '{name}' is not two people", remedy) for name in wrong]
        )
    return found


def packages_of(couples: Couples, seen: Consolidated) -> Iterator[Json]:
    for name, people in couples.items():
        yield {"household": name, **household_out(people, seen)}
