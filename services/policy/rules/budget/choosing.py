"""The best package of a group, by the engine that answers for one person alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.policy.rules.budget.working import Offers
from services.policy.rules.interactions import Interaction
from services.policy.rules.outcome import NOTHING_KNOWN, Background, Outcome, State
from services.policy.rules.package import Prepared, prepared
from services.policy.rules.policy import Policy
from services.policy.rules.rulings import Rulings


@dataclass(frozen=True, slots=True)
class Had:
    """What somebody enjoys and received before, and the sums that limit what they are paid."""

    held: tuple[str, ...] = ()
    background: Background = NOTHING_KNOWN


NOTHING_HAD = Had()


@dataclass(frozen=True, slots=True)
class Moment:
    """The day it is about, what was known then, and what was ruled."""

    valid_at: date
    known_at: datetime
    rulings: Rulings = field(default_factory=dict)


Given = Sequence[tuple[Policy, Offers]]


def ready_for(given: Given, said: Sequence[Interaction], had: Had, moment: Moment) -> Prepared:
    outcomes = [_open(policy, offers, had, moment) for policy, offers in given]
    return prepared(outcomes, said, moment.rulings)


def _open(policy: Policy, offers: Offers, had: Had, moment: Moment) -> Outcome:
    """As if nothing were missing any more: which people this stands for is known already."""
    return Outcome(
        policy_id=policy.policy_id,
        version=policy.version,
        issuer=policy.issuer,
        title=policy.title,
        state=State.ELIGIBLE,
        confirmed=True,
        scope=policy.scope,
        demo=policy.demo,
        offers=offers,
        held=had.held,
        valid_at=moment.valid_at,
        known_at=moment.known_at,
        policy_digest=policy.digest,
        background=had.background,
    )
