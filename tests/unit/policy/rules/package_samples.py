"""Small worlds of policies for the package tests: what is offered, what is said, what is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.policy.rules import (
    PROMISING,
    Interaction,
    Outcome,
    Package,
    Policy,
    State,
    best_household,
    best_package,
    evaluate,
)
from services.policy.rules.rulings import Rulings
from tests.unit.policy.rules.rule_samples import ANYONE, NOW, TODAY, facts_of, policy_of

BORN = {"birth_date": "1990-01-01"}
CHECKED = "{manual_check: {zh: 业绩突出, en: outstanding results}, id: results, cite: a}"
DOCTORS = '{fact: highest_degree, op: "==", value: doctor, cite: a}'
RIGHT = "{id: right, kind: right, cost_item: residence, thing: residence-permit, cite: a}"


def benefit(
    name: str, pays: int | str, item: str = "living", term: str = "", more: str = ""
) -> str:
    """Once, or by the month for a term; `pays` are yuan, or an amount written out."""
    per = f"per: month, term: {term}" if term else "per: once"
    amount = f"{pays} 元" if isinstance(pays, int) else pays
    tail = f", {more}" if more else ""
    pay = f"{{amount: {amount}, {per}{tail}}}"
    return f"{{id: {name}, kind: money, cost_item: {item}, pay: {pay}, cite: a}}"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A policy with its benefits; what it says itself of others is written as YAML."""

    benefits: str
    issuer: str = "putuo"
    published: str = "2025-01-01"
    entry: str = ANYONE
    in_force: str = "{from: 2025-01-01, to: open}"
    window: str = ""
    says: Sequence[str] = ()


def written(name: str, given: "Given | str") -> Policy:
    given = given if isinstance(given, Given) else Given(benefits=given)
    more = f"interactions: [{', '.join(_numbered(given.says))}]" if given.says else ""
    if given.window:
        more += f"\nwindow: {given.window}"
    return policy_of(
        given.entry,
        policy_id=name,
        benefits=f"[{given.benefits}]",
        issuer=given.issuer,
        published=given.published,
        title=f"{{zh: 样例 {name}, en: Sample {name}}}",
        in_force=given.in_force,
        more=more,
    )


@dataclass(frozen=True, kw_only=True)
class World:
    """Policies, what further texts say of them, and what is known of the talent or the couple."""

    policies: Mapping[str, Given | str]
    says: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=lambda: BORN)
    spouse: Mapping[str, Any] | None = None
    day: date = TODAY
    horizon: int = 12
    states: frozenset[State] = PROMISING
    rulings: Rulings = field(default_factory=dict)

    def parsed(self) -> list[Policy]:
        texts = {"XX-TEXT": Given(benefits="", says=self.says)} if self.says else {}
        return [written(name, given) for name, given in {**self.policies, **texts}.items()]

    def interactions(self) -> list[Interaction]:
        return [each for policy in self.parsed() for each in policy.interactions]

    def outcomes(self, facts: Mapping[str, Any] | None = None) -> list[Outcome]:
        stated = facts_of(self.facts if facts is None else facts)
        return [
            evaluate(each, stated, self.day, NOW, horizon=self.horizon) for each in self.parsed()
        ]

    def best(self) -> Package:
        if self.spouse is None:
            return best_package(self.outcomes(), self.interactions(), self.states, self.rulings)
        people = {"one": self.outcomes(), "other": self.outcomes(self.spouse)}
        return best_household(people, self.interactions(), self.states, self.rulings)


def yuan(fen: int) -> int:
    assert fen % 100 == 0
    return fen // 100


def chosen(package: Package) -> dict[str, int]:
    """What each offer of the package pays, in yuan."""
    return {each.offer.key: yuan(each.most_fen) for each in package.included}


def forced(package: Package) -> dict[str, int | None]:
    """What it costs to force each offer in that was left out, in yuan."""
    return {
        each.offer.key: None if each.costs_fen is None else yuan(each.costs_fen)
        for each in package.left_out
    }


def receipt(
    policy: str, item: str, amount: int, *, on: str | None = None, benefit_id: str | None = None
) -> dict[str, Any]:
    """Money received, in yuan."""
    found: dict[str, Any] = {"policy_id": policy, "cost_item": item, "fen": amount * 100}
    more = {"paid_on": on, "benefit_id": benefit_id}
    return found | {key: value for key, value in more.items() if value is not None}


def received(*receipts: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {**BORN, "receipts": list(receipts), **facts}


def _numbered(says: Iterable[str]) -> list[str]:
    return [f"{{id: i{number}, {text}, cite: a}}" for number, text in enumerate(says)]
