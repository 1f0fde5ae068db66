"""The benefits a policy opens to one talent, each with its worth and what it still needs."""

from dataclasses import replace

from services.policy.rules.amount import Worth
from services.policy.rules.facts import FactView
from services.policy.rules.interactions import DeductPrior
from services.policy.rules.kleene import Truth
from services.policy.rules.outcome import Offer
from services.policy.rules.policy import Benefit, Policy
from services.policy.rules.proof import Way, open_questions
from services.policy.rules.prove import prove
from services.policy.rules.worth import worth_of


def offers_of(policy: Policy, view: FactView) -> tuple[Offer, ...]:
    found = (_offer(policy, benefit, view) for benefit in policy.benefits)
    return tuple(offer for offer in found if offer is not None)


def _offer(policy: Policy, benefit: Benefit, view: FactView) -> Offer | None:
    proof = None if benefit.when is None else prove(benefit.when, view)
    if proof is not None and proof.truth is Truth.FALSE:
        return None
    worth = worth_of(benefit, _deductions(policy, benefit), view)
    if worth is None:
        return None
    unsure = frozenset() if proof is None else open_questions(proof)
    return Offer(
        key=f"{policy.policy_id}#{benefit.benefit_id}",
        policy_id=policy.policy_id,
        benefit_id=benefit.benefit_id,
        issuer=policy.issuer,
        cost_item=benefit.cost_item,
        payee=benefit.payee,
        payer=benefit.payer,
        worth=_also_missing(worth, unsure),
        cite=benefit.cite,
        proof=proof,
        certain=not unsure and not worth.missing,
    )


def _also_missing(worth: Worth, unsure: Way) -> Worth:
    return replace(worth, missing=tuple(sorted({*worth.missing, *unsure})))


def _deductions(policy: Policy, benefit: Benefit) -> list[DeductPrior]:
    return [
        each
        for each in policy.interactions
        if isinstance(each, DeductPrior) and each.target.benefit_id in (None, benefit.benefit_id)
    ]
