"""One talent and one policy: the state, the proof behind it, and the offers it opens."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypedDict, Unpack

from services.policy.rules.amount import HORIZON
from services.policy.rules.facts import Fact, FactView, select
from services.policy.rules.interactions import ExcludedIfHeld
from services.policy.rules.kleene import Truth
from services.policy.rules.leaves import as_codes
from services.policy.rules.offers import background_of, offers_of
from services.policy.rules.outcome import Background, Offer, Outcome, Reason, State
from services.policy.rules.policy import Policy
from services.policy.rules.proof import LeafProof, Proof, deciding, open_questions
from services.policy.rules.prove import prove
from services.policy.rules.standing import Ended, is_confirmed, obstacle
from services.policy.rules.tree import All, Holds, Not, Tree, Unseen
from services.policy.rules.verdict import checks_in, facts_in, verdict
from services.policy.rules.view import View

POLICIES_HELD = "policies_held"
_STILL_OPEN = (State.ELIGIBLE, State.SUBJECT_TO_MANUAL_CHECK, State.UNDETERMINED)


def evaluate(
    policy: Policy,
    facts: Iterable[Fact],
    valid_at: date,
    known_at: datetime,
    *,
    horizon: int = HORIZON,
) -> Outcome:
    """Judge a policy by its own period, as if no later policy had ended it."""
    return judge(policy, select(facts, valid_at, known_at), ended=None, horizon=horizon)


def evaluate_all(
    view: View, facts: Iterable[Fact], *, valid_at: date | None = None, horizon: int = HORIZON
) -> tuple[Outcome, ...]:
    """Judge every policy of the view, in its order; open-ended benefits count the horizon."""
    chosen = select(facts, valid_at or view.valid_at, view.known_at)
    return tuple(
        judge(entry.policy, chosen, ended=entry.ended, horizon=horizon) for entry in view.entries
    )


class _Found(TypedDict, total=False):
    """What was read of the criteria, where any were read."""

    reason: Reason | None
    proof: Proof
    failed: tuple[LeafProof, ...]
    missing: tuple[str, ...]
    could_matter: tuple[str, ...]
    manual_checks: tuple[str, ...]
    offers: tuple[Offer, ...]
    background: Background


def judge(
    policy: Policy, view: FactView, *, ended: Ended | None, horizon: int = HORIZON
) -> Outcome:
    reason = obstacle(policy, view.valid_at, ended)
    if reason is not None:
        return _outcome(policy, view, state=_state_for(reason), reason=reason)
    if isinstance(policy.entry, Unseen):
        background = background_of(policy, view)
        return _outcome(policy, view, state=State.CRITERIA_NOT_SEEN, background=background)
    proof = prove(_with_exclusions(policy, policy.entry), view)
    found = verdict(proof)
    offers = offers_of(policy, view, horizon) if found.state in _STILL_OPEN else ()
    return _outcome(
        policy,
        view,
        state=found.state,
        reason=found.reason,
        proof=proof,
        failed=tuple(deciding(proof, Truth.FALSE)),
        missing=facts_in(found.needed),
        could_matter=facts_in(open_questions(proof)),
        manual_checks=checks_in(found.needed),
        offers=offers,
        background=background_of(policy, view),
    )


def _with_exclusions(policy: Policy, entry: Tree) -> Tree:
    """What bars a holder is part of the criteria, and stands in the proof with its clause."""
    bars = tuple(
        Not(
            Holds(
                fact=bar.fact,
                codes=bar.codes,
                covers=bar.covers,
                tenure=bar.tenure,
                closed=bar.closed,
                cite=bar.stated.cite,
            )
        )
        for bar in policy.interactions
        if isinstance(bar, ExcludedIfHeld)
    )
    return All((entry, *bars)) if bars else entry


def _state_for(reason: Reason) -> State:
    return State.PENDING if reason is Reason.WAITS_FOR_AN_ACT else State.NOT_IN_FORCE


def _outcome(policy: Policy, view: FactView, *, state: State, **found: Unpack[_Found]) -> Outcome:
    return Outcome(
        policy_id=policy.policy_id,
        version=policy.version,
        issuer=policy.issuer,
        title=policy.title,
        state=state,
        confirmed=is_confirmed(policy),
        scope=policy.scope,
        demo=policy.demo,
        held=_held_policies(view),
        valid_at=view.valid_at,
        known_at=view.known_at,
        policy_digest=policy.digest,
        **found,
    )


def _held_policies(view: FactView) -> tuple[str, ...]:
    statements = view.all_on(POLICIES_HELD, view.valid_at)
    if not statements:
        return ()
    return tuple(sorted({code for fact in statements for code in as_codes(fact.value)}))
