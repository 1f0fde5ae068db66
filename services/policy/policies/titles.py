"""What heads a published document: which policy, of whom, in which edition."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from events.catalog.policy import PolicyPublished
from events.sourcing.types import Recorded
from services.policy.rules import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """`digest` names the text, to the byte."""

    policy_id: str
    edition: int
    issuer_id: str
    digest: str


def title_of(policy: Policy) -> Title:
    return Title(
        policy_id=policy.policy_id,
        edition=policy.version,
        issuer_id=policy.issuer,
        digest=policy.digest,
    )


def published_before(recorded: Iterable[Recorded[Any]]) -> Title | None:
    """The document among these events, if one was published."""
    for event in (each.event for each in recorded):
        if isinstance(event, PolicyPublished):
            return Title(
                policy_id=event.policy_id,
                edition=event.edition,
                issuer_id=event.issuer_id,
                digest=event.digest,
            )
    return None
