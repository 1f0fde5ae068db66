"""A rich invented world for budgets: texts of every kind, and people of whom much is not known."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from services.policy.rules import Policy, Published, build_view
from services.policy.rules.contradictions import contradictions_in
from services.policy.rules.facts import Fact
from services.policy.rules.rulings import Prevails, Ruling
from services.policy.rules.view import View
from tests.unit.policy.rules.package_samples import Given, benefit, written
from tests.unit.policy.rules.rule_samples import NOW, RECORDED, TODAY, facts_of
from tests.unit.policy.rules.rule_samples import written as stated

POLICIES = 12
FEWER = 8
PEOPLE = 250
MISSING = 0.1
"""One fact in ten is not known of somebody."""

ISSUERS = ("shanghai", "putuo", "minhang")
ITEMS = ("rent", "living", "home_purchase", "award", "exchange")
DEGREES = ("bachelor", "master", "doctor")
ROWS = ", ".join(
    f"{{is: {degree}, amount: {amount} 元, cite: a}}"
    for degree, amount in zip(DEGREES, (3_000, 5_000, 8_000), strict=True)
)
TABLE = f"{{table: {{by: highest_degree, rows: [{ROWS}]}}}}"
ENTRIES = (
    '{fact: study_days_abroad, op: ">=", value: 200, cite: a}',
    "{fact: work_region, in: [putuo], cite: a}",
    "{fact: work_region, in: [minhang], cite: a}",
    '{fact: labour_contract, op: "==", value: true, cite: a}',
    '{fact: highest_degree, op: ">=", value: master, cite: a}',
    "{manual_check: {zh: 好, en: good}, id: good, cite: a}",
    '{since: birth_date, op: ">=", years: 0, cite: a}',
)
CAP_BY_PRICE = "steps: [{cap_by: home_price, percent: 50, cite: a}, {cap_total: 9 万元, cite: a}]"
NARROWED = 'when: {fact: fresh_graduate, op: "==", value: true, cite: a}'


@dataclass(frozen=True)
class Sample:
    view: View
    people: Sequence[tuple[Fact, ...]]


@cache
def rich_world(seed: int, people: int = PEOPLE) -> Sample:
    chance = random.Random(seed)
    rows = [
        Published(row_id=each.policy_id, policy=each, recorded_at=RECORDED)
        for each in (_policy(chance, number) for number in range(POLICIES))
    ]
    found = [facts_of(dict(_said(chance))) for _ in range(people)]
    return Sample(build_view(rows, TODAY, NOW), found)


@cache
def disputed_world(seed: int, people: int = PEOPLE) -> Sample:
    """Texts of every kind that forbids, and another text that allows much of it; some is ruled."""
    chance = random.Random(seed)
    policies = [_forbidding(chance, number) for number in range(FEWER)]
    allowing = Given(benefits="", says=[_allowing(each) for each in policies[1:]])
    texts = [*policies, written("XX-TEXT", allowing)]
    rows = [Published(row_id=e.policy_id, policy=e, recorded_at=RECORDED) for e in texts]
    found = [facts_of(dict(_had(chance)), *_held_before(chance)) for _ in range(people)]
    view = build_view(rows, TODAY, NOW)
    return Sample(replace(view, rulings=tuple(_ruled(chance, view))), found)


def _forbidding(chance: random.Random, number: int) -> Policy:
    yuan, day = chance.randrange(1, 9) * 1_000, f"20{chance.randrange(10, 25)}-01-01"
    others = chance.sample(range(number), min(number, 2))
    given = Given(
        benefits=benefit("b", yuan, chance.choice(ITEMS)),
        published=day,
        says=[_forbids([name_of(each) for each in others], chance)] if others else [],
    )
    return written(name_of(number), given)


def _forbids(others: Sequence[str], chance: random.Random) -> str:
    listed, tenure = ", ".join(others), chance.choice(("in_term", "ever"))
    return chance.choice(
        (
            f"exclusive: {{target: '#b', excludes: [{listed}]}}",
            f"choose_one: {{members: ['#b', {listed}], per: year}}",
            f"choose_one: {{members: ['#b', {listed}]}}",
            f"slots: {{members: ['#b', {listed}], most: 1, per: all}}",
            f"prefer: {{members: ['#b', {listed}], by: [newest]}}",
            f"once: {{members: ['#b', {listed}], per: lifetime}}",
            f"first_money_only: {{target: '#b', earlier: [{listed}]}}",
            f"excluded_if_held: {{policies: [{listed}], tenure: {tenure}}}",
            f"excluded_if_held: {{policies: [{listed}], tenure: {tenure}}}",
        )
    )


def _allowing(policy: Policy) -> str:
    """The policy beside all that it can have spoken of but the first of them."""
    number = int(policy.policy_id[-2:])
    others = ", ".join(name_of(each) for each in range(1, number)) or name_of(number)
    return f"together: {{target: {policy.policy_id}, with: [{others}]}}"


def _had(chance: random.Random) -> Iterator[tuple[str, Any]]:
    yield "birth_date", "1990-01-01"
    if chance.random() < 0.5:
        yield "receipts", _received(chance, FEWER)
    if chance.random() < 0.5:
        yield "policies_held", [name_of(chance.randrange(FEWER))]


def _held_before(chance: random.Random) -> list[dict[str, Any]]:
    """What is over by now."""
    period = {"valid_from": "2020-01-01", "valid_to": "2024-01-01"}
    held = chance.random() < 0.3
    return [stated("policies_held", name_of(chance.randrange(FEWER)), **period)] if held else []


def _ruled(chance: random.Random, view: View) -> Iterator[Ruling]:
    """A third of what waits for it, one way or the other."""
    for found in contradictions_in(view, {}):
        if chance.random() < 0.3:
            yield Ruling(
                forbids=found.forbids.statement.stated.interaction_id,
                allows=found.allows.statement.stated.interaction_id,
                prevails=chance.choice([*Prevails]),
                by="shanghai",
                clause="Ruling 1",
                effective_on=TODAY,
                row=f"{found.forbids.policy.policy_id}@2",
            )


def name_of(number: int) -> str:
    return f"XX-P{number:02}"


def _policy(chance: random.Random, number: int) -> Policy:
    count = chance.choice((1, 1, 2))
    entries = chance.sample(ENTRIES, 2)
    says = [each for each in (_interaction(chance, number) for _ in range(2)) if each]
    window = "{from: 2020-01-01, to: 2020-12-31}" if number == POLICIES - 1 else ""
    given = Given(
        benefits=", ".join(_benefit(chance, place) for place in range(count)),
        issuer=chance.choice(ISSUERS),
        entry=f"{{all: [{', '.join(entries)}]}}",
        window=window,
        says=says,
    )
    return written(name_of(number), given)


def _benefit(chance: random.Random, place: int) -> str:
    name, item = f"b{place}", chance.choice(ITEMS)
    yuan = chance.randrange(1, 60) * 1_000
    months = f"{{months: {chance.choice((6, 12, 24))}}}"
    written_as = (
        benefit(name, yuan, item),
        benefit(name, yuan // 20, item, months),
        benefit(name, yuan, item, more="instalments: [50, 30, 20]"),
        benefit(name, TABLE, item),
        benefit(
            name,
            f"{{percent: {chance.choice((20, 50))}, of: {{fact: monthly_rent}}}}",
            item,
            months,
        ),
        benefit(name, yuan, item, more=CAP_BY_PRICE),
        benefit(name, "{percent: 30, of: {spent_on: exchange}}", "exchange"),
        benefit(name, "not_seen", item),
        f"{{id: {name}, kind: right, cost_item: residence, thing: residence-permit, cite: a}}",
    )
    chosen = chance.choice(written_as)
    more = chance.choice(("", "", NARROWED, "payee: employer", _SHARED if "pay:" in chosen else ""))
    return (
        f"{chosen[:-1]}, {more}}}"
        if more and not ("payee" in more and "right" in chosen)
        else chosen
    )


_SHARED = "payers: [{who: city, percent: 70}, {who: district, percent: 30}]"


def _interaction(chance: random.Random, number: int) -> str:
    others = [name_of(n) for n in range(max(0, number - 6), number)]
    if not others:
        return ""
    one, two = chance.choice(others), chance.choice(others)
    item = f"{{cost_item: {chance.choice(ITEMS)}, issuers: [{chance.choice(ISSUERS)}]}}"
    own, both = name_of(number), ", ".join(dict.fromkeys((one, two)))
    return chance.choice(
        (
            "",
            "",
            "",
            f"exclusive: {{target: '#b0', excludes: [{both}]}}",
            f"choose_one: {{members: ['#b0', {one}, {two}], per: year}}" if one != two else "",
            f"highest: {{members: [{item}], same: [cost_item, period]}}",
            f"slots: {{members: ['#b0', {one}], most: 1, per: all}}",
            f"top_up: {{target: '#b0', bases: [{both}], total_cap: {{amount: 6 万元, per: once}}}}",
            f"match: {{target: '#b0', bases: [{both}], percent: 50, most: 2 万元}}",
            f"cap: {{members: ['#b0', {one}], most: {{by: home_price, percent: 10}}}}",
            f"cap: {{members: ['#b0', {one}], most: 5 万元, per: year}}",
            f"cap: {{members: ['#b0', {one}], most: 7 万元, per: lifetime}}",
            f"deduct_prior: {{target: '#b0', members: [{both}]}}",
            f"requires: {{target: {own}, needs: [{both}]}}",
            f"once: {{members: ['#b0', {one}], per: lifetime}}",
            f"first_money_only: {{target: {own}, earlier: [{{cost_item: award}}]}}",
            f"prefer: {{members: ['#b0', {one}], by: [best, newest]}}",
            f"terminates: {{target: {own}, ends: [{both}]}}",
            f"together: {{target: '#b0', with: [{both}]}}",
            "couple: {members: ['#b0'], rule: one_only}",
        )
    )


def _said(chance: random.Random) -> Iterator[tuple[str, Any]]:
    """Many are alike, some earn, rent, spent or received what nobody else did."""
    drawn: dict[str, Any] = {
        "birth_date": "1990-01-01",
        "study_days_abroad": chance.choice((0, 100, 400)),
        "work_region": chance.choice(("putuo", "minhang", "changzheng")),
        "labour_contract": chance.random() < 0.7,
        "highest_degree": chance.choice(DEGREES),
        "fresh_graduate": chance.random() < 0.5,
        "monthly_rent": chance.choice((200_000, 350_000, chance.randrange(100_000, 900_000))),
        "home_price": chance.choice((30_000_000, chance.randrange(5_000_000, 90_000_000))),
        "expenses": _spent(chance),
        "receipts": _received(chance) if chance.random() < 0.3 else None,
        "spouse_receipts": _received(chance) if chance.random() < 0.1 else None,
        "policies_held": [name_of(chance.randrange(POLICIES))] if chance.random() < 0.2 else None,
    }
    if chance.random() < 0.5:
        drawn[f"check:{name_of(chance.randrange(POLICIES))}/good"] = True
    for name, value in drawn.items():
        if value is not None and chance.random() >= MISSING:
            yield name, value


def _spent(chance: random.Random) -> list[dict[str, Any]]:
    contracts = chance.sample(("c-1", "c-2", "c-3"), chance.randrange(3))
    sums = (10_000_00, 25_000_00)
    return [{"contract": c, "cost_item": "exchange", "fen": chance.choice(sums)} for c in contracts]


def _received(chance: random.Random, policies: int = POLICIES) -> list[dict[str, Any]]:
    receipt: dict[str, Any] = {
        "policy_id": name_of(chance.randrange(policies)),
        "cost_item": chance.choice(ITEMS),
        "fen": chance.choice((1_000_00, 5_000_00)),
    }
    return [{**receipt, "paid_on": chance.choice(("2024-05-01", "2026-02-01"))}]
