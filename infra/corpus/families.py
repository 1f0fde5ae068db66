"""Policies that replace each other, oldest first, and the day each takes over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.policy.rules.changes import Basis
from services.policy.rules.policy import Policy
from services.policy.rules.standing import starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """`since` is none where no source showed the first day; `basis` says who claims the tie."""

    policy_id: str
    since: date | None
    basis: Basis | None


def families(policies: Iterable[Policy]) -> list[tuple[Generation, ...]]:
    by_id = {policy.policy_id: policy for policy in policies}
    replaced = {each.policy_id for policy in by_id.values() for each in policy.supersedes}
    newest = [p for p in by_id.values() if p.supersedes and p.policy_id not in replaced]
    return [_line(policy, by_id) for policy in newest]


def _line(newest: Policy, by_id: dict[str, Policy]) -> tuple[Generation, ...]:
    line = [newest]
    while line[-1].supersedes:
        line.append(by_id[line[-1].supersedes[0].policy_id])
    return tuple(_generation(each) for each in reversed(line))


def _generation(policy: Policy) -> Generation:
    basis = policy.supersedes[0].basis if policy.supersedes else None
    return Generation(policy_id=policy.policy_id, since=starts(policy), basis=basis)
