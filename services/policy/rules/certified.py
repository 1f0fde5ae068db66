"""Of one policy alone: is the package that is found for somebody what others find, too?"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import msgspec

from services.policy.rules.certificate import Claim, Dispute, Flaw, confirm
from services.policy.rules.choice import laid_out, parts_of
from services.policy.rules.doubts import grounded
from services.policy.rules.evaluate import evaluate
from services.policy.rules.facts import Fact
from services.policy.rules.outcome import Offer, Outcome
from services.policy.rules.package import POSSIBLE, best_package
from services.policy.rules.policy import Policy
from services.policy.rules.puzzle import Bits, items_of
from services.policy.rules.render import render_package
from services.policy.rules.rulings import NO_RULINGS
from services.policy.rules.scene import ALONE, scene_of

MOST_TRIED = 10
"""Benefits that bear on each other, of which every set is tried: a thousand sets at most."""

PATIENCE = 0.5
"""Of the solver for each aim, in seconds of an idle machine: then it is not asked any more."""


def package_disputes(
    policy: Policy, facts: Iterable[Fact], valid_at: date, known_at: datetime
) -> tuple[Dispute, ...]:
    """Whatever may still turn out well counts, so that as many benefits as can be are tried.

    Of many that bear on each other not every set is tried: there CP-SAT chooses as well.
    """
    outcome = evaluate(policy, facts, valid_at, known_at)
    found = best_package([outcome], policy.interactions, POSSIBLE)
    claim = msgspec.convert(render_package(found), Claim)
    tried = confirm(claim, {ALONE: [outcome]}, policy.interactions, POSSIBLE, most_tried=MOST_TRIED)
    if not tried.untried:
        return tried.disputes
    return (*tried.disputes, *_chosen_otherwise(claim, policy, outcome))


def _chosen_otherwise(claim: Claim, policy: Policy, outcome: Outcome) -> Iterator[Dispute]:
    """Where the solver, asked of the same offers, does not choose what is claimed."""
    # It takes half a second to load, and few policies need it.
    from services.policy.rules.solver import solve  # noqa: PLC0415

    scene, _ = scene_of({ALONE: [outcome]}, policy.interactions, POSSIBLE)
    on, _ = grounded(scene, NO_RULINGS)
    included = {each.offer.key for each in claim.included}
    for offers in parts_of(on):
        if len(offers) > MOST_TRIED:
            found = solve(laid_out(offers, on).puzzle, patience=PATIENCE)
            if found is not None and _names(found.chosen, offers) != included & _keys(offers):
                names = sorted(_names(found.chosen, offers))
                yield Dispute(flaw=Flaw.BETTER_ONE, found=", ".join(names))


def _names(chosen: Bits, offers: tuple[Offer, ...]) -> set[str]:
    return {offers[item].key for item in items_of(chosen)}


def _keys(offers: Iterable[Offer]) -> set[str]:
    return {each.key for each in offers}
