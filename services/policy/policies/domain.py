"""The rules of one policy: its own body publishes it, edition after edition, until it ends."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import assert_never

from events.catalog.policy import (
    PolicyAmended,
    PolicyEvent,
    PolicyPublished,
    PolicyQuotaFilled,
    PolicyRepealed,
    PolicyRulingGiven,
    PolicyRulingWithdrawn,
    PolicySuperseded,
)
from events.sourcing.decider import Decider
from events.sourcing.types import Refused
from services.policy.policies.commands import (
    AmendPolicy,
    FillQuota,
    GiveRuling,
    PolicyCommand,
    PublishPolicy,
    RelyOnPermission,
    RelyOnPolicy,
    RepealPolicy,
    SupersedePolicy,
    WithdrawRuling,
)
from services.policy.policies.standing import Change, Gone, Policy, Replaced, Standing, Unpublished
from services.policy.rules.editions import Edition, edition_of, refuse_overlaps
from services.policy.rules.errors import FormatError
from services.policy.rules.yaml_file import read_yaml
from services.policy.rulings.domain import give_ruling, rely_on_permission, withdraw_ruling


def decide(command: PolicyCommand, policy: Policy) -> Sequence[PolicyEvent]:
    """What follows from a command about a policy."""
    match command:
        case PublishPolicy():
            return publish_policy(command, policy)
        case SupersedePolicy():
            return supersede_policy(command, policy)
        case RepealPolicy():
            return repeal_policy(command, policy)
        case AmendPolicy():
            return amend_policy(command, policy)
        case FillQuota():
            return fill_quota(command, policy)
        case RelyOnPolicy():
            return rely_on_policy(command, policy)
        case GiveRuling():
            return give_ruling(command, _not_ended(command.forbids.policy_id, policy))
        case WithdrawRuling():
            return withdraw_ruling(command, _not_ended(command.forbids.policy_id, policy))
        case RelyOnPermission():
            rely_on_permission(command, _not_ended(command.allows.policy_id, policy))
            return []
        case _:
            assert_never(command)


def publish_policy(command: PublishPolicy, policy: Policy) -> Sequence[PolicyEvent]:
    """The same document again is nothing; another one needs a higher edition."""
    _own(command.acting_for, command.issuer_id)
    if not isinstance(policy, Unpublished):
        if policy.issuer_id != command.issuer_id:
            raise Refused("policy-of-another-body", issuer_id=policy.issuer_id)
        if (command.edition, command.digest) in policy.editions:
            return []
        if not isinstance(policy, Standing):
            raise Refused("policy-has-ended", policy_id=command.policy_id)
        if command.edition <= policy.editions[-1][0]:
            raise Refused("edition-not-newer", newest=policy.editions[-1][0])
        _must_not_overlap(command, policy)
    return [
        PolicyPublished(
            policy_id=command.policy_id,
            edition=command.edition,
            issuer_id=command.issuer_id,
            document=command.document,
            digest=command.digest,
            published_by=command.published_by,
            published_at=command.at,
        )
    ]


def _must_not_overlap(command: PublishPolicy, policy: Standing) -> None:
    """What an older release understood and this one does not overlaps with nothing."""
    file = f"{command.policy_id}.yaml"
    try:
        refuse_overlaps(read_yaml(command.document, file), _editions(policy, file))
    except FormatError as error:
        raise Refused(
            "editions-overlap",
            file=error.file,
            line=error.mark.line,
            column=error.mark.column,
            path=error.path,
            problem=error.problem,
            remedy=error.remedy,
        ) from None


def _editions(policy: Standing, file: str) -> Iterator[Edition]:
    for document in policy.documents:
        with suppress(FormatError):
            known = edition_of(read_yaml(document, file))
            if known is not None:
                yield known


def supersede_policy(command: SupersedePolicy, policy: Policy) -> Sequence[PolicyEvent]:
    """The same replacement again is nothing."""
    known = _published(command.policy_id, policy)
    _own(command.acting_for, known.issuer_id)
    if command.superseded_by == command.policy_id:
        raise Refused("policy-replaces-itself", policy_id=command.policy_id)
    if isinstance(policy, Replaced) and _same_end(command, policy):
        return []
    if not isinstance(policy, Standing):
        raise Refused("policy-has-ended", policy_id=command.policy_id)
    return [
        PolicySuperseded(
            policy_id=command.policy_id,
            issuer_id=known.issuer_id,
            superseded_by=command.superseded_by,
            effective_on=command.effective_on,
            superseded_at=command.at,
            recorded_by=command.recorded_by,
        )
    ]


def repeal_policy(command: RepealPolicy, policy: Policy) -> Sequence[PolicyEvent]:
    """A repeal may come before a replacement's day; the same repeal again is nothing."""
    known = _published(command.policy_id, policy)
    _own(command.acting_for, known.issuer_id)
    if isinstance(policy, Gone):
        if policy.effective_on == command.effective_on:
            return []
        raise Refused("policy-has-ended", policy_id=command.policy_id)
    return [
        PolicyRepealed(
            policy_id=command.policy_id,
            issuer_id=known.issuer_id,
            effective_on=command.effective_on,
            reason=command.reason,
            repealed_at=command.at,
            recorded_by=command.recorded_by,
        )
    ]


def amend_policy(command: AmendPolicy, policy: Policy) -> Sequence[PolicyEvent]:
    """What was said last, said again, is nothing."""
    standing = _standing(command.policy_id, command.acting_for, policy)
    amended = PolicyAmended(
        policy_id=command.policy_id,
        issuer_id=standing.issuer_id,
        kind=command.kind,
        first_on=command.first_on,
        last_on=command.last_on,
        edition=command.edition,
        clause=command.clause,
        amended_at=command.at,
        recorded_by=command.recorded_by,
    )
    if standing.last_change == _change(amended):
        return []
    _must_be_whole(command, standing)
    return [amended]


def _change(event: PolicyAmended) -> Change:
    return event.kind, event.first_on, event.last_on, event.edition, event.clause


def _must_be_whole(command: AmendPolicy, standing: Standing) -> None:
    if command.kind != "prolong" and command.first_on is None:
        raise Refused("amendment-needs-a-first-day", kind=command.kind)
    unused = command.first_on if command.kind == "prolong" else command.last_on
    if command.kind != "suspend" and unused is not None:
        raise Refused("amendment-moves-one-day", kind=command.kind)
    _must_run_forward(command.first_on, command.last_on)
    if command.kind != "amend":
        if command.edition is not None:
            raise Refused("amendment-has-no-edition", kind=command.kind)
    elif (command.edition or 0) <= standing.editions[-1][0]:
        raise Refused("edition-not-newer", newest=standing.editions[-1][0])


def fill_quota(command: FillQuota, policy: Policy) -> Sequence[PolicyEvent]:
    """What was said last, said again, is nothing."""
    standing = _standing(command.policy_id, command.acting_for, policy)
    if standing.last_full == (command.first_on, command.last_on):
        return []
    _must_run_forward(command.first_on, command.last_on)
    return [
        PolicyQuotaFilled(
            policy_id=command.policy_id,
            issuer_id=standing.issuer_id,
            first_on=command.first_on,
            last_on=command.last_on,
            filled_at=command.at,
            recorded_by=command.recorded_by,
        )
    ]


def rely_on_policy(command: RelyOnPolicy, policy: Policy) -> Sequence[PolicyEvent]:
    _published(command.policy_id, policy)
    return []


def evolve(policy: Policy, event: PolicyEvent) -> Policy:
    """What an event changes."""
    editions = () if isinstance(policy, Unpublished) else policy.editions
    match event:
        case PolicyPublished():
            texts = policy.documents if isinstance(policy, Standing) else ()
            return Standing(
                issuer_id=event.issuer_id,
                editions=(*editions, (event.edition, event.digest)),
                documents=(*texts, event.document),
            )
        case PolicyAmended():
            said = _change(event)
            return replace(policy, last_change=said) if isinstance(policy, Standing) else policy
        case PolicyQuotaFilled():
            full = (event.first_on, event.last_on)
            return replace(policy, last_full=full) if isinstance(policy, Standing) else policy
        case PolicySuperseded():
            return Replaced(
                issuer_id=event.issuer_id,
                editions=editions,
                superseded_by=event.superseded_by,
                effective_on=event.effective_on,
            )
        case PolicyRepealed():
            return Gone(
                issuer_id=event.issuer_id, editions=editions, effective_on=event.effective_on
            )
        case PolicyRulingGiven() | PolicyRulingWithdrawn():
            return _with_ruling(policy, event)
        case _:
            assert_never(event)


def _with_ruling(policy: Policy, event: PolicyRulingGiven | PolicyRulingWithdrawn) -> Policy:
    if not isinstance(policy, Standing):
        return policy
    return replace(policy, rulings={**policy.rulings, (event.forbids, event.allows): event})


def _standing(policy_id: str, acting_for: str | None, policy: Policy) -> Standing:
    known = _published(policy_id, policy)
    _own(acting_for, known.issuer_id)
    return _not_ended(policy_id, policy)


def _not_ended(policy_id: str, policy: Policy) -> Standing:
    _published(policy_id, policy)
    if not isinstance(policy, Standing):
        raise Refused("policy-has-ended", policy_id=policy_id)
    return policy


def _must_run_forward(first_on: date | None, last_on: date | None) -> None:
    if first_on is not None and last_on is not None and last_on < first_on:
        raise Refused("ends-before-it-starts", first_on=first_on, last_on=last_on)


def _own(acting_for: str | None, issuer_id: str) -> None:
    if acting_for not in (None, issuer_id):
        raise Refused("policy-of-another-body", issuer_id=issuer_id)


def _published(policy_id: str, policy: Policy) -> Standing | Replaced | Gone:
    if isinstance(policy, Unpublished):
        raise Refused("policy-not-found", policy_id=policy_id)
    return policy


def _same_end(command: SupersedePolicy, policy: Replaced) -> bool:
    asked = (command.superseded_by, command.effective_on)
    return asked == (policy.superseded_by, policy.effective_on)


policy: Decider[PolicyCommand, Policy, PolicyEvent] = Decider(
    "policy", Unpublished(), decide, evolve
)
