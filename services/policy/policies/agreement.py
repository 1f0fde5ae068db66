"""Before a policy is published: do all ways to run it come to the same about the same people?"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import TypeAlias

from events.sourcing.types import Refused
from services.policy.rules import Policy, Vocabulary
from services.policy.rules.analysis.possible import (
    Disputed,
    Nobody,
    Possible,
    Somebody,
    can_anybody,
)
from services.policy.rules.bulk.agreement import Disagreement, disagreements, trees_of
from services.policy.rules.bulk.pools import RECORDED
from services.policy.rules.certified import package_disputes
from services.policy.rules.certified_beside import bearing_on, disputes_beside
from services.policy.rules.fact_list import is_lawful
from services.policy.rules.facts import select
from services.policy.rules.standing import starts
from services.policy.rules.tree import Tree

Witnesses: TypeAlias = Mapping[str, Possible]
"""For each tree whether anybody can satisfy it, and who."""

SAMPLED = 200
MOST_JUDGEMENTS = 100_000
"""A file of hundreds of conditions is tried on fewer people, so that its clerk need not wait."""

PATIENCE = 400_000
"""Steps of the solver over one tree, about a third of a second: then it is not asked any more."""


def must_agree(policy: Policy, today: date, vocabulary: Vocabulary) -> None:
    """Refuse a policy that is judged, or chosen from, in two ways, on its first day or today."""
    trees = trees_of(policy)
    days = sorted({today, starts(policy) or today})
    for day in days if trees else ():
        # Whom the solver names on one of the days shows whether it reads the policy as they do.
        possible = _possible(trees, day, vocabulary) if day == days[-1] else {}
        found = _found(trees, day, possible, vocabulary)
        for one in chain(found, _packages(policy, day, possible)):
            raise _refused(policy, day, one)


def must_agree_beside(policy: Policy, others: Sequence[Policy], today: date) -> None:
    """The same of what is chosen, and what it costs, from a policy and from those it bears on."""
    day = max(today, starts(policy) or today)
    for one in disputes_beside(policy, bearing_on(policy, others), day, RECORDED):
        about = one.about or policy.policy_id
        raise _refused(policy, day, Disagreement(about, "chosen", f"{one.flaw}: {one.found}", ()))


def _refused(policy: Policy, day: date, one: Disagreement) -> Refused:
    return Refused(
        "policy-judged-two-ways",
        policy_id=policy.policy_id,
        day=day.isoformat(),
        about=one.about,
        alone=one.alone,
        together=one.together,
    )


def _possible(trees: Mapping[str, Tree], day: date, vocabulary: Vocabulary) -> Witnesses:
    return {name: can_anybody(tree, day, vocabulary, PATIENCE) for name, tree in trees.items()}


def _found(
    trees: Mapping[str, Tree], day: date, possible: Witnesses, vocabulary: Vocabulary
) -> Iterator[Disagreement]:
    """Whoever the solver names is judged like everybody else; whom it rules out nobody may be."""
    yield from _disputed(possible)
    named = [each.facts for each in possible.values() if isinstance(each, Somebody)]
    yield from disagreements(
        trees,
        day,
        sampled=SAMPLED,
        at_most=MOST_JUDGEMENTS,
        also=[select(facts, day, RECORDED) for facts in named],
        never=frozenset(name for name, each in possible.items() if isinstance(each, Nobody)),
        lawful=lambda person: is_lawful(person, vocabulary),
    )


def _packages(policy: Policy, day: date, possible: Witnesses) -> Iterator[Disagreement]:
    """What is chosen for whoever the solver names is held against every set."""
    named = {each.facts for each in possible.values() if isinstance(each, Somebody)}
    for facts in sorted(named, key=repr):
        for one in package_disputes(policy, facts, day, RECORDED):
            about = one.about or policy.policy_id
            yield Disagreement(about, "chosen", f"{one.flaw}: {one.found}", facts)


def _disputed(possible: Witnesses) -> Iterator[Disagreement]:
    for name, found in possible.items():
        if isinstance(found, Disputed):
            yield Disagreement(name, "not eligible", "satisfied by a witness", found.facts)
