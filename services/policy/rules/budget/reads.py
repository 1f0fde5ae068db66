"""Which facts decide what a policy offers to somebody it is open to."""

from collections.abc import Iterator

from services.policy.rules.amount import CapByFact, CapSpent, Deduct, Pay, Rate, SpentOn, Table
from services.policy.rules.bulk.walk import leaves_of
from services.policy.rules.candidates import facts_of
from services.policy.rules.interactions import DeductPrior
from services.policy.rules.picks import Pick, Target
from services.policy.rules.policy import Policy
from services.policy.rules.proof import check_fact
from services.policy.rules.receipts import EXPENSES
from services.policy.rules.tree import Leaf, ManualCheck


def facts_read(policy: Policy) -> frozenset[str]:
    """Besides what was received before, which bears on every sum."""
    return frozenset(_facts_read(policy))


def read_besides_sums(policy: Policy) -> frozenset[str]:
    """Facts whose statements decide in another way than by the sum they come to."""
    facts = set(_of_conditions(policy))
    for benefit in policy.benefits:
        if benefit.pay is not None and isinstance(benefit.pay.amount, Table):
            facts.add(benefit.pay.amount.by)
    return frozenset(facts)


def deducted(policy: Policy) -> tuple[Pick, ...]:
    """Whose receipts bear on what the policy still pays: its own, and those it takes off."""
    steps = [step for each in policy.benefits if each.pay for step in each.pay.steps]
    named = [pick for step in steps if isinstance(step, Deduct) for pick in step.members]
    prior = [each for each in policy.interactions if isinstance(each, DeductPrior)]
    return (
        Target(policy.policy_id),
        *named,
        *(pick for each in prior for pick in each.members),
    )


def _facts_read(policy: Policy) -> Iterator[str]:
    yield from _of_conditions(policy)
    for benefit in policy.benefits:
        if benefit.pay is not None:
            yield from _of_pay(benefit.pay)


def _of_conditions(policy: Policy) -> Iterator[str]:
    for benefit in policy.benefits:
        if benefit.when is not None:
            for leaf in leaves_of(benefit.when):
                yield from _of_leaf(leaf)


def _of_leaf(leaf: Leaf) -> tuple[str, ...]:
    return (check_fact(leaf.check_id),) if isinstance(leaf, ManualCheck) else facts_of(leaf)


def _of_pay(pay: Pay) -> Iterator[str]:
    if isinstance(pay.amount, Table):
        yield pay.amount.by
    if isinstance(pay.amount, Rate):
        of = pay.amount.of
        yield EXPENSES if isinstance(of, SpentOn) else of.fact
    for step in pay.steps:
        if isinstance(step, CapByFact):
            yield step.fact
        if isinstance(step, CapSpent):
            yield EXPENSES
