"""Of a policy among others: do the package and the budget come to the same, and to the best?"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

import msgspec

from services.policy.rules.budget.crowd import crowd_of
from services.policy.rules.budget.registry import add_up, empty, texts_of
from services.policy.rules.budget.ties import ties_between
from services.policy.rules.bulk.people import people_of
from services.policy.rules.bulk.states import judging_of, states_of
from services.policy.rules.certificate import Claim, Dispute, Flaw, confirm
from services.policy.rules.certified import MOST_TRIED
from services.policy.rules.evaluate import evaluate_all
from services.policy.rules.facts import select
from services.policy.rules.package import POSSIBLE, Package, best_package
from services.policy.rules.policy import Policy
from services.policy.rules.puzzle import items_of
from services.policy.rules.render import render_package
from services.policy.rules.rows import Published
from services.policy.rules.scene import ALONE
from services.policy.rules.view import View, build_view, interactions_of


def bearing_on(policy: Policy, others: Sequence[Policy]) -> list[Policy]:
    """Those that some statement ties to it, whether its own, theirs or a third one's."""
    texts = [policy, *[each for each in others if each.policy_id != policy.policy_id]]
    said = [statement for each in texts for statement in each.interactions]
    tied = 0
    for tie in ties_between(texts, said):
        tied |= tie.policies if tie.policies & 1 else 0
    return [texts[place] for place in items_of(tied) if place]


def disputes_beside(
    policy: Policy, others: Iterable[Policy], valid_at: date, known_at: datetime
) -> tuple[Dispute, ...]:
    """For somebody of whom nothing is known, so that whatever may turn out well counts."""
    rows = [
        Published(row_id=each.policy_id, policy=each, recorded_at=known_at)
        for each in (policy, *others)
    ]
    view = build_view(rows, valid_at, known_at)
    outcomes, said = evaluate_all(view, ()), interactions_of(view)
    found = best_package(outcomes, said, POSSIBLE)
    claim = msgspec.convert(render_package(found), Claim)
    tried = confirm(claim, {ALONE: outcomes}, said, POSSIBLE, most_tried=MOST_TRIED)
    return (*tried.disputes, *_in_the_budget(found, view))


def _in_the_budget(package: Package, view: View) -> Iterator[Dispute]:
    """What the packages of everybody come to, where everybody is that one person."""
    person = select((), view.valid_at, view.known_at)
    judging, budget = judging_of(view), empty(view)
    states = states_of(judging, people_of([person], judging.needs))
    add_up(budget, texts_of(view), crowd_of([person]), states)
    paid = {
        name: (line.least_fen, line.most_fen)
        for name, line in budget.perhaps.lines.items()
        if line.people
    }
    for each in package.included:
        name = each.offer.policy_id, each.offer.benefit_id
        if paid.pop(name, None) != (each.least_fen, each.most_fen):
            yield Dispute(flaw=Flaw.PAYS_OTHERWISE, about=each.offer.key)
    for policy_id, benefit_id in paid:
        yield Dispute(flaw=Flaw.NOT_ON_OFFER, about=f"{policy_id}#{benefit_id}")
