"""What everybody's best packages come to, by policy, body, payer and year."""

from collections.abc import Callable, Iterable
from typing import Any

from services.policy.rules.budget.registry import Budget
from services.policy.rules.budget.tally import Line, Tally
from services.policy.rules.policy import Benefit, Policy
from services.policy.rules.view import View

Json = dict[str, Any]


def told(budget: Budget, view: View) -> Json:
    policies = [entry.policy for entry in view.entries]
    return {
        "policies": [_policy(each, budget) for each in policies],
        "package": _reading(budget.surely, policies),
        "possible_package": _reading(budget.perhaps, policies),
    }


def _policy(policy: Policy, budget: Budget) -> Json:
    return {
        "policy_id": policy.policy_id,
        "issuer": policy.issuer,
        "eligible": budget.eligible[policy.policy_id],
        "undetermined": budget.undetermined[policy.policy_id],
        "package": _chosen(policy, budget.surely),
        "possible_package": _chosen(policy, budget.perhaps),
    }


def _chosen(policy: Policy, tally: Tally) -> Json:
    lines = [line for (name, _), line in tally.lines.items() if name == policy.policy_id]
    chosen = tally.chosen.get(policy.policy_id, 0)
    offered = tally.offered.get(policy.policy_id, 0)
    return {"chosen": chosen, "not_chosen": offered - chosen, **_sums(lines)}


def _reading(tally: Tally, policies: Iterable[Policy]) -> Json:
    issuers = {policy.policy_id: policy.issuer for policy in policies}
    lines = list(tally.lines.values())
    bodies: dict[str, list[Line]] = {}
    for (policy_id, _), line in tally.lines.items():
        bodies.setdefault(issuers[policy_id], []).append(line)
    return {
        **_sums(lines),
        "by_body": [{"body_id": body, **_sums(bodies[body])} for body in sorted(bodies)],
        "by_payer": _shared(lines, "payer", lambda line: line.payers),
        "by_year": _shared(lines, "year", lambda line: line.years),
        "beside": [each for policy in policies for each in _beside(policy, tally)],
    }


def _sums(lines: Iterable[Line]) -> Json:
    found = list(lines)
    return {
        "least_fen": sum(line.least_fen for line in found),
        "most_fen": sum(line.most_fen for line in found),
    }


def _shared(
    lines: Iterable[Line], name: str, parts: Callable[[Line], dict[Any, int]]
) -> list[Json]:
    found: dict[Any, int] = {}
    for line in lines:
        for key, fen in parts(line).items():
            found[key] = found.get(key, 0) + fen
    return [{name: key, "most_fen": found[key]} for key in sorted(found)]


def _beside(policy: Policy, tally: Tally) -> Iterable[Json]:
    """Whatever pays the people themselves nothing by its kind or its payee."""
    for benefit in policy.benefits:
        line = tally.lines.get((policy.policy_id, benefit.benefit_id))
        if line is not None and (benefit.pay is None or line.for_others_fen or not line.most_fen):
            yield _counted(policy, benefit, line)


def _counted(policy: Policy, benefit: Benefit, line: Line) -> Json:
    return {
        "policy_id": policy.policy_id,
        "benefit_id": benefit.benefit_id,
        "kind": benefit.kind.value,
        "people": line.people,
        "for_others_fen": line.for_others_fen,
    }
