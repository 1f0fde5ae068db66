"""`evaluate` and `package`: each person judged alone, by the code the service answers with."""

from collections.abc import Iterator
from typing import Any

from services.policy.entitlements.assess import (
    Assessment,
    assess,
    missed,
    outcome_digest,
    receipt_of,
)
from services.policy.entitlements.fact_list import typed
from services.policy.offline.asked import Asked
from services.policy.offline.crowd import persons_of
from services.policy.offline.people import Person
from services.policy.offline.progress import counted
from services.policy.offline.world import view_of
from services.policy.policies.views import Consolidated
from services.policy.rules import Outcome, Vocabulary, evaluate_all
from services.policy.rules.sentences import Line
from services.policy.rules.told_answer import tell_outcome, tell_package
from services.policy.rules.wording import Wording, both

Json = dict[str, Any]
FOUND = ("talent_id", "valid_at", "known_at", "package", "possible_package")


def evaluate(asked: Asked, vocabulary: Vocabulary) -> Json:
    """Every policy for everybody, with proof, package, and what would have to change."""
    seen = view_of(asked, vocabulary)
    return {
        "people": [
            {**_out(person, found), "near_misses": missed(seen, person.facts, vocabulary)}
            for person, found in _judged(seen, asked, vocabulary)
        ]
    }


def package(asked: Asked, vocabulary: Vocabulary) -> Json:
    """The best lawful package of everybody."""
    whole = (_out(*each) for each in assessed(asked, vocabulary))
    return {"people": [{name: each[name] for name in FOUND} for each in whole]}


def assessed(asked: Asked, vocabulary: Vocabulary) -> Iterator[tuple[Person, Assessment]]:
    return _judged(view_of(asked, vocabulary), asked, vocabulary)


def _judged(
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


def told(person: Person, found: Assessment, words: Wording) -> Iterator[Line]:
    """The same in sentences."""
    yield Line(0, both(f"■ {person.talent_id}", f"■ {person.talent_id}"))
    for outcome in found.outcomes:
        yield from tell_outcome(outcome, words)
    yield from tell_package(found.package, words)
