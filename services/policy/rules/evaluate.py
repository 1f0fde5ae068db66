"""One talent and one policy: the state, the proof behind it, and the offers it opens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from msgspec import structs

from services.policy.rules.amount import HORIZON
from services.policy.rules.facts import Fact, FactView, select
from services.policy.rules.held import held_policies
from services.policy.rules.kleene import FALSE, Truth
from services.policy.rules.offers import background_of, less_certain, offers_of, with_sums
from services.policy.rules.outcome import (
    NOTHING_KNOWN,
    Background,
    Offer,
    Outcome,
    Reason,
    State,
)
from services.policy.rules.policy import Policy
from services.policy.rules.proof import LeafProof, Proof, deciding, open_questions
from services.policy.rules.prove import prove
from services.policy.rules.ready import Ready, ready
from services.policy.rules.stages import stages_of
from services.policy.rules.tree import NOT_SEEN
from services.policy.rules.verdict import NOT_ELIGIBLE, checks_in, facts_in, verdict
from services.policy.rules.view import View, ready_on
from services.policy.rules.windows import next_opening

_STATES: Mapping[Reason, State] = {
    Reason.WAITS_FOR_AN_ACT: State.PENDING,
    Reason.WINDOW_CLOSED: State.WINDOW_CLOSED,
    Reason.WINDOW_NOT_OPEN: State.WINDOW_CLOSED,
    Reason.NO_TRACK_OPEN: State.WINDOW_CLOSED,
    Reason.QUOTA_FULL: State.QUOTA_FULL,
    Reason.TEXT_NOT_SEEN: State.CRITERIA_NOT_SEEN,
}
"""What each obstacle is called; every other means that the policy is not in force."""

_STILL_OPEN = (State.ELIGIBLE, State.SUBJECT_TO_MANUAL_CHECK, State.UNDETERMINED)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a day: the facts, and what every judgement of them begins with."""

    view: FactView
    held: tuple[str, ...]
    background: Background


def evaluate(
    policy: Policy,
    facts: Iterable[Fact],
    valid_at: date,
    known_at: datetime,
    *,
    horizon: int = HORIZON,
) -> Outcome:
    """Judge a policy by its own period, as if no later policy had ended it."""
    person = person_of(select(facts, valid_at, known_at))
    return judge(ready(policy, valid_at, ended=None), person, horizon)


def evaluate_all(
    view: View, facts: Iterable[Fact], *, valid_at: date | None = None, horizon: int = HORIZON
) -> tuple[Outcome, ...]:
    """Judge every policy of the view, in its order; open-ended benefits count the horizon."""
    day = valid_at or view.valid_at
    policies = view.ready() if day == view.valid_at else ready_on(view, day)
    return judge_all(policies, select(facts, day, view.known_at), horizon)


def judge_all(
    policies: Iterable[Ready], view: FactView, horizon: int = HORIZON
) -> tuple[Outcome, ...]:
    """The same for policies that are ready, and facts that are chosen, for one day."""
    person = person_of(view)
    return tuple([judge(each, person, horizon) for each in policies])


def person_of(view: FactView) -> Person:
    return Person(view, held_policies(view), background_of(view))


def judge(asked: Ready, person: Person, horizon: int = HORIZON) -> Outcome:
    policy, view = asked.policy, person.view
    if policy.policy_id in person.held:
        stages = stages_of(policy, view)
        return structs.replace(_outcome(asked, person, State.ALREADY_ENJOYED), stages=stages)
    if asked.obstacle is not None:
        return _obstructed(asked, person, asked.obstacle)
    if asked.criteria is NOT_SEEN:
        background = _background(asked, person)
        return _outcome(asked, person, State.CRITERIA_NOT_SEEN, background=background)
    proof = prove(asked.criteria, view)
    # Most people miss most policies: their proofs need not be looked through for open tracks.
    found = asked.refused if proof.truth is FALSE else verdict(proof)
    if found.reason is not None:
        return _obstructed(asked, person, found.reason, proof=proof)
    if found is NOT_ELIGIBLE:
        failed, background = deciding(proof, FALSE), _background(asked, person)
        return _outcome(
            asked, person, found.state, proof=proof, failed=failed, background=background
        )
    offers, background = opened(asked, person, found.state, horizon)
    return structs.replace(
        _outcome(asked, person, found.state, proof=proof, background=background),
        missing=facts_in(found.needed),
        could_matter=facts_in(open_questions(proof)),
        manual_checks=checks_in(found.needed),
        offers=offers,
    )


def hangs_on_conditions(asked: Ready, person: Person) -> bool:
    """Whether it hangs on its conditions alone how the policy stands for somebody."""
    is_open = asked.obstacle is None and asked.criteria is not NOT_SEEN
    return is_open and asked.policy.policy_id not in person.held


def opened(
    asked: Ready, person: Person, state: State, horizon: int = HORIZON
) -> tuple[tuple[Offer, ...], Background]:
    """What a policy offers somebody who stands so to it, and what else its caps are read from."""
    if state is State.WINDOW_CLOSED:
        return (), NOTHING_KNOWN
    offers = _offers(asked.policy, person.view, horizon, state) if state in _STILL_OPEN else ()
    return offers, _background(asked, person)


def _background(asked: Ready, person: Person) -> Background:
    if not asked.limits:
        return person.background
    return with_sums(person.background, asked.limits, person.view)


def _offers(policy: Policy, view: FactView, horizon: int, state: State) -> tuple[Offer, ...]:
    offers = offers_of(policy, view, horizon)
    return offers if state is State.ELIGIBLE else less_certain(offers)


def _obstructed(
    asked: Ready, person: Person, reason: Reason, proof: Proof | None = None
) -> Outcome:
    state = state_for(reason)
    closed = state is State.WINDOW_CLOSED
    opening = next_opening(asked.policy, person.view.valid_at) if closed else None
    failed = () if proof is None else deciding(proof, Truth.FALSE)
    outcome = _outcome(asked, person, state, proof=proof, failed=failed)
    return structs.replace(outcome, reason=reason, next_open=opening)


def state_for(reason: Reason) -> State:
    return _STATES.get(reason, State.NOT_IN_FORCE)


def _outcome(
    asked: Ready,
    person: Person,
    state: State,
    *,
    proof: Proof | None = None,
    failed: tuple[LeafProof, ...] = (),
    background: Background = NOTHING_KNOWN,
) -> Outcome:
    """What every outcome says; most people miss most policies, and of those it is all."""
    policy, view = asked.policy, person.view
    return Outcome(
        policy_id=policy.policy_id,
        version=policy.version,
        issuer=policy.issuer,
        title=policy.title,
        state=state,
        confirmed=asked.confirmed,
        scope=policy.scope,
        demo=policy.demo,
        proof=proof,
        failed=failed,
        held=person.held,
        valid_at=view.valid_at,
        known_at=view.known_at,
        policy_digest=policy.digest,
        background=background,
    )
