"""What can be had only by different people is not promised to one of whom it is not known who."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from services.policy.rules import Policy, best_package, default_vocabulary, evaluate
from services.policy.rules.analysis.possible import Nobody, can_anybody
from services.policy.rules.bulk.walk import leaves_of
from services.policy.rules.package import POSSIBLE
from services.policy.rules.policy import Benefit
from services.policy.rules.tree import All, NotSeen
from tests.support.encoded import encoded_and_invented
from tests.unit.policy.rules.rule_samples import NOW, TODAY

WORDS = default_vocabulary()
TWO_TIERS = {"SU-SIP-QYXY", "SU-YOUTH"}


def promised_to_one(policy: Policy) -> Iterator[tuple[str, str]]:
    """Pairs of sums in the package of somebody unknown that no one person can ever have both of."""
    outcome = evaluate(policy, (), TODAY, NOW)
    package = best_package([outcome], policy.interactions, POSSIBLE)
    included = {each.offer.benefit_id for each in package.included if each.most_fen}
    for one, other in combinations(policy.benefits, 2):
        if {one.benefit_id, other.benefit_id} <= included and _exclude(one, other):
            yield one.benefit_id, other.benefit_id


def _exclude(one: Benefit, other: Benefit) -> bool:
    if one.when is None or other.when is None:
        return False
    both = All((one.when, other.when))
    # What a source did not show may be anything.
    if any(isinstance(leaf, NotSeen) for leaf in leaves_of(both)):
        return False
    return isinstance(can_anybody(both, TODAY, WORDS), Nobody)


def found(policies: Iterable[Policy]) -> dict[str, list[tuple[str, str]]]:
    pairs = {each.policy_id: list(promised_to_one(each)) for each in policies}
    return {name: each for name, each in pairs.items() if each}


def test_no_package_of_somebody_unknown_holds_two_sums_that_no_one_person_can_have() -> None:
    assert found(encoded_and_invented()) == {}


def test_two_tiers_of_which_nothing_says_that_they_exclude_each_other_would_be_found() -> None:
    unsaid = [replace(e, interactions=()) for e in encoded_and_invented()]
    assert found(each for each in unsaid if each.policy_id in TWO_TIERS).keys() == TWO_TIERS
