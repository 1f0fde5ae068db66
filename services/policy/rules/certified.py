"""Of one policy alone: is the package that is found for somebody what trying every set finds?"""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from services.policy.rules.certificate import Claim, Dispute, confirm
from services.policy.rules.evaluate import evaluate
from services.policy.rules.facts import Fact
from services.policy.rules.package import POSSIBLE, best_package
from services.policy.rules.policy import Policy
from services.policy.rules.render import render_package
from services.policy.rules.scene import ALONE

MOST_TRIED = 10
"""Benefits that bear on each other, of which every set is tried: a thousand sets at most."""


def package_disputes(
    policy: Policy, facts: Iterable[Fact], valid_at: date, known_at: datetime
) -> tuple[Dispute, ...]:
    """Whatever may still turn out well counts, so that as many benefits as can be are tried."""
    outcome = evaluate(policy, facts, valid_at, known_at)
    found = best_package([outcome], policy.interactions, POSSIBLE)
    claim = msgspec.convert(render_package(found), Claim)
    tried = confirm(claim, {ALONE: [outcome]}, policy.interactions, POSSIBLE, most_tried=MOST_TRIED)
    return tried.disputes
