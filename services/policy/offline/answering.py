"""`evaluate` and `package`: each person judged alone, by the code the service answers with."""

from collections.abc import Iterator
from typing import Any

from services.policy.entitlements.assess import (
    Assessment,
    assess,
    outcome_digest,
    receipt_of,
)
from services.policy.entitlements.fact_list import typed
from services.policy.entitlements.outlook import outlook_of, promised
from services.policy.offline.asked import Asked
from services.policy.offline.crowd import persons_of
from services.policy.offline.households import Judged, couples_in, packages_of
from services.policy.offline.months import scheduled, views_of_months
from services.policy.offline.people import Person
from services.policy.offline.progress import counted
from services.policy.offline.world import basis_of, consolidated, rows_of, view_of
from services.policy.policies.views import Consolidated
from services.policy.rules import (
    CERTAIN,
    Outcome,
    Vocabulary,
    best_package,
    evaluate_all,
    fact_worths,
    interactions_of,
    rulings_of,
)
from services.policy.rules.explain import near_misses
from services.policy.rules.sentences import Line
from services.policy.rules.told_answer import tell_outcome
from services.policy.rules.told_outlook import tell_beside, tell_near_miss, tell_worths
from services.policy.rules.told_package import tell_package
from services.policy.rules.wording import Wording, both

Json = dict[str, Any]
FOUND = (
    "talent_id",
    "valid_at",
    "known_at",
    "facts_digest",
    "package",
    "possible_package",
    "certain_package",
    "fact_worths",
)


def evaluate(asked: Asked, vocabulary: Vocabulary) -> Json:
    """Every policy for everybody, with proof, package, and what would add to it."""
    seen = view_of(asked, vocabulary)
    return {
        **basis_of(seen, asked, vocabulary),
        "people": [
            {**_out(person, found), **outlook_of(seen, found, vocabulary)}
            for person, found in judged(seen, asked, vocabulary)
        ],
    }


def package(asked: Asked, vocabulary: Vocabulary) -> Json:
    """The best lawful package of everybody and of every household, and what would add to it."""
    rows = rows_of(asked, vocabulary)
    seen = consolidated(rows, asked, vocabulary)
    months = views_of_months(rows, asked, vocabulary) if asked.schedule else []
    people: list[Json] = []
    housed: list[Judged] = []
    for person, found in judged(seen, asked, vocabulary):
        whole = {**_out(person, found), **promised(seen, found)}
        answer = {name: whole[name] for name in FOUND}
        if asked.schedule:
            answer["schedule"] = scheduled(person, found.package, months, vocabulary)
        people.append(answer)
        if person.household is not None:
            housed.append((person, found.outcomes))
    return {
        **basis_of(seen, asked, vocabulary),
        "people": people,
        "households": list(packages_of(couples_in(housed, asked), seen)),
    }


def judged(
    seen: Consolidated, asked: Asked, vocabulary: Vocabulary
) -> Iterator[tuple[Person, Assessment]]:
    for person in counted(persons_of(asked, vocabulary), "people judged"):
        found = assess(
            seen,
            person.facts,
            facts_version=None,
            vocabulary=vocabulary,
            horizon=asked.horizon,
        )
        yield person, found


def outcomes_of(
    person: Person, seen: Consolidated, asked: Asked, vocabulary: Vocabulary
) -> tuple[Outcome, ...]:
    """How one person stands to every policy, before anything is chosen."""
    return evaluate_all(seen.view, typed(person.facts, vocabulary), horizon=asked.horizon)


def _out(person: Person, found: Assessment) -> Json:
    """As the service answers, with the person it is about."""
    answer = {"outcome_digest": outcome_digest(found), **receipt_of(found)}
    return {"talent_id": person.talent_id, **answer}


def told(seen: Consolidated, person: Person, found: Assessment, words: Wording) -> Iterator[Line]:
    """The same in sentences."""
    yield Line(0, both(f"■ {person.talent_id}", f"■ {person.talent_id}"))
    missed = near_misses(seen.view, found.person, words.vocabulary)
    for outcome in found.outcomes:
        yield from tell_outcome(outcome, words)
        if outcome.policy_id in missed:
            yield from tell_near_miss(missed[outcome.policy_id], words)
    yield from tell_package(found.package, words)
    yield from _beside(seen, found, words)


def _beside(seen: Consolidated, found: Assessment, words: Wording) -> Iterator[Line]:
    interactions, rulings = interactions_of(seen.view), rulings_of(seen.view)
    certain = best_package(found.outcomes, interactions, CERTAIN, rulings)
    if certain != found.package:
        yield tell_beside("certain_package", certain, words)
    if found.possible_package is not None:
        yield tell_beside("possible_package", found.possible_package, words)
        yield from tell_worths(fact_worths(found.outcomes, interactions, rulings), words)
