"""The rules of one policy: its own body publishes it, edition after edition, until it ends."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias, assert_never

from events.catalog.policy import PolicyEvent, PolicyPublished, PolicyRepealed, PolicySuperseded
from events.sourcing.decider import Decider
from events.sourcing.types import Refused
from services.policy.rules.editions import Edition, edition_of, refuse_overlaps
from services.policy.rules.errors import FormatError
from services.policy.rules.yaml_file import read_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPolicy:
    """`acting_for` is the body of whoever asks; none only for the platform's own loader."""

    policy_id: str
    edition: int
    issuer_id: str
    document: str
    digest: str
    acting_for: str | None
    published_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SupersedePolicy:
    policy_id: str
    superseded_by: str
    effective_on: date
    acting_for: str | None
    recorded_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RepealPolicy:
    policy_id: str
    effective_on: date
    reason: str
    acting_for: str | None
    recorded_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyOnPolicy:
    """Something else depends on this policy; refused unless it was published."""

    policy_id: str


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Nothing was published under this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`editions` are the digests published so far, by edition; `documents` are their texts."""

    issuer_id: str
    editions: tuple[tuple[int, str], ...]
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    issuer_id: str
    editions: tuple[tuple[int, str], ...]
    superseded_by: str
    effective_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    issuer_id: str
    editions: tuple[tuple[int, str], ...]
    effective_on: date


PolicyCommand: TypeAlias = PublishPolicy | SupersedePolicy | RepealPolicy | RelyOnPolicy
Policy: TypeAlias = Unpublished | Standing | Replaced | Gone


def decide(command: PolicyCommand, policy: Policy) -> Sequence[PolicyEvent]:
    """What follows from a command about a policy."""
    match command:
        case PublishPolicy():
            return publish_policy(command, policy)
        case SupersedePolicy():
            return supersede_policy(command, policy)
        case RepealPolicy():
            return repeal_policy(command, policy)
        case RelyOnPolicy():
            return rely_on_policy(command, policy)
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
        case _:
            assert_never(event)


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
