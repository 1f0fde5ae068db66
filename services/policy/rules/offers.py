"""The benefits a policy opens to one talent, each with its worth and what it still needs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from msgspec import structs

from services.policy.rules.amount import HORIZON, Rate, SpentOn, Worth
from services.policy.rules.days import Unit, WrittenDay, later
from services.policy.rules.facts import FactView
from services.policy.rules.held import ever_held_policies
from services.policy.rules.interactions import DeductPrior, Promotion
from services.policy.rules.kleene import Truth
from services.policy.rules.outcome import Background, Offer, Standing
from services.policy.rules.policy import Benefit, Policy
from services.policy.rules.proof import Proof, Way, open_questions
from services.policy.rules.prove import prove
from services.policy.rules.receipts import SPOUSE_RECEIPTS, expenses_in, receipts_in
from services.policy.rules.windows import applied_for_until
from services.policy.rules.worth import Around, worth_of

_DAY = timedelta(days=1)


def offers_of(policy: Policy, view: FactView, horizon: int = HORIZON) -> tuple[Offer, ...]:
    """An open-ended benefit counts the months of the horizon."""
    return tuple(
        offer for benefit in policy.benefits for offer in _offers(policy, benefit, view, horizon)
    )


def less_certain(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """Nothing is certain of what a person must still confirm or a missing fact may still close."""
    return tuple(
        [structs.replace(each, certain=False) if each.certain else each for each in offers]
    )


def background_of(view: FactView) -> Background:
    """The receipts; what a policy's caps are read from, `with_sums` adds."""
    return Background(
        received=receipts_in(view),
        spouse_received=receipts_in(view, SPOUSE_RECEIPTS),
        ever_held=ever_held_policies(view),
    )


def with_sums(background: Background, facts: Sequence[str], view: FactView) -> Background:
    """The sums that these facts state."""
    values = [(fact, view.read(fact).value) for fact in facts]
    sums = [
        (fact, value)
        for fact, value in values
        if isinstance(value, int) and not isinstance(value, bool)
    ]
    return replace(background, sums=tuple(sums)) if sums else background


def _offers(policy: Policy, benefit: Benefit, view: FactView, horizon: int) -> Iterator[Offer]:
    proof = None if benefit.when is None else prove(benefit.when, view)
    if proof is not None and proof.truth is Truth.FALSE:
        return
    for contract in _contracts(benefit, view):
        around = around_of(policy, benefit, horizon, contract)
        worth = worth_of(benefit, around, view)
        if worth is not None:
            yield _offer(policy, benefit, view, worth, proof, contract)


def _contracts(benefit: Benefit, view: FactView) -> list[str | None]:
    """What is paid on spending is applied for contract by contract."""
    pay = benefit.pay
    if pay is None or not isinstance(pay.amount, Rate) or not isinstance(pay.amount.of, SpentOn):
        return [None]
    spent = expenses_in(view, pay.amount.of.cost_item)
    return [*sorted({each.contract for each in spent})] or [None]


def around_of(policy: Policy, benefit: Benefit, horizon: int, contract: str | None) -> Around:
    """What bears on the worth of a benefit besides the person."""

    def own(target: str | None) -> bool:
        return target in (None, benefit.benefit_id)

    promoted = [
        each.rule
        for each in policy.interactions
        if isinstance(each, Promotion) and own(each.target.benefit_id)
    ]
    return Around(
        policy_id=policy.policy_id,
        deductions=[
            each
            for each in policy.interactions
            if isinstance(each, DeductPrior)
            and each.target.policy_id == policy.policy_id
            and own(each.target.benefit_id)
        ],
        promotion=promoted[0] if promoted else None,
        horizon=horizon,
        contract=contract,
    )


def _offer(
    policy: Policy,
    benefit: Benefit,
    view: FactView,
    worth: Worth,
    proof: Proof | None,
    contract: str | None,
) -> Offer:
    unsure: Way = frozenset() if proof is None else open_questions(proof)
    missing = tuple(sorted({*worth.missing, *unsure}))
    name = f"{policy.policy_id}#{benefit.benefit_id}"
    return Offer(
        key=name if contract is None else f"{name}@{contract}",
        policy_id=policy.policy_id,
        benefit_id=benefit.benefit_id,
        issuer=policy.issuer,
        cost_item=benefit.cost_item,
        payee=benefit.payee,
        payer=benefit.payer,
        worth=worth if missing == worth.missing else structs.replace(worth, missing=missing),
        cite=benefit.cite,
        proof=proof,
        certain=not unsure and not worth.missing,
        standing=_standing(policy, benefit, worth, view.valid_at, contract),
    )


def _standing(
    policy: Policy, benefit: Benefit, worth: Worth, day: date, contract: str | None
) -> Standing:
    first, last = _between(benefit, worth, day)
    return Standing(
        title=policy.title,
        doc_no=policy.doc_no if isinstance(policy.doc_no, str) else None,
        bodies=frozenset({policy.issuer, *policy.joint_issuers}),
        published=policy.published.first if isinstance(policy.published, WrittenDay) else None,
        deadline=applied_for_until(policy, day),
        first=first,
        last=last,
        payers=benefit.payers,
        subject=benefit.subject,
        contract=contract,
    )


def _between(benefit: Benefit, worth: Worth, day: date) -> tuple[date, date]:
    if benefit.pay is not None and benefit.pay.dated is not None:
        first, last = benefit.pay.dated
        return max(day, first.first), last.last
    if worth.counted_months is None:
        return day, day
    return day, later(day, worth.counted_months, Unit.MONTHS) - _DAY
