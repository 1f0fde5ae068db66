"""Two hundred policies that pay, and a million people whose facts hang together as in a city."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from services.policy.rules import Policy, Published, parse_policy
from services.policy.rules.view import View, build_view
from tests.bench.policy_world import (
    BORN,
    DEGREE,
    HELD,
    NUMBERS,
    SEED,
    TODAY,
    UNKNOWN_SHARE,
    YES_NO,
    code_tree,
    rules,
)

NOW = datetime(2026, 4, 1, tzinfo=UTC)
FAMILY = 10
"""Policies of one cost item: of the city, of districts, of towns."""

ITEMS = ("rent", "living", "settling", "home_purchase", "award", "pay", "exchange", "startup")
BODIES = ("shanghai", "putuo", "minhang", "qingpu", "pudong", "songjiang", "yangpu", "xuhui")
VARIED_SHARE = 0.3
"""Policies whose sums hang on a rent, a price, a tax, a degree or a title of the person."""

_POLICY = """\
format: 1
id: {name}
version: 1
issuer: {issuer}
title: {{zh: "样例 {number}", en: "Sample {number}"}}
region: shanghai
doc_no: not_seen
published: 2026-01-01
in_force: {{from: 2026-01-01, to: open}}
scope: whole
sources: [{{title: Invented for the bench, quality: invented}}]
eligibility: {{entry: {entry}}}
benefits:
  - {{id: b, kind: money, cost_item: {item}, pay: {pay}, payers: {payers}, cite: a}}
interactions: [{said}]
"""
_SPLIT = "[{who: city, percent: 60}, {who: district, percent: 40}]"


def alike() -> View:
    """Every sum is written in its text: what somebody is paid hangs on what they may have."""
    chance = random.Random(SEED)
    return _view([_policy(chance, number, _fixed(chance)) for number in range(len(rules()))])


def varied() -> View:
    """Three in ten pay by what a person earns, rents, bought or holds."""
    chance = random.Random(SEED)
    pays = [
        _by_person(chance) if chance.random() < VARIED_SHARE else _fixed(chance) for _ in rules()
    ]
    return _view([_policy(chance, number, pay) for number, pay in enumerate(pays)])


def people(count: int) -> pl.DataFrame:
    """Degrees, titles, income and prices rise together; most work where they are registered."""
    chance = np.random.default_rng(SEED)
    means = chance.normal(size=count)
    columns = {**_work(chance, count, means), **_money(chance, count, means)}
    columns |= {name: _flags(chance, count) for name in YES_NO}
    columns[DEGREE] = _ranked(list(code_tree("degrees").codes), means + chance.normal(size=count))
    return pl.DataFrame({**_known(chance, columns), **_before(chance, count)})


def _view(policies: Sequence[Policy]) -> View:
    rows = [Published(row_id=p.policy_id, policy=p, recorded_at=NOW) for p in policies]
    return build_view(rows, TODAY, NOW)


def _name(number: int) -> str:
    return f"XX-{number:03}"


def _policy(chance: random.Random, number: int, pay: str) -> Policy:
    return parse_policy(
        _POLICY.format(
            name=_name(number),
            number=number,
            issuer=BODIES[number % len(BODIES)],
            entry=rules()[number].written(),
            item=ITEMS[number // FAMILY % len(ITEMS)],
            pay=pay,
            payers=_SPLIT,
            said=", ".join(_said(chance, number)),
        )
    )


def _fixed(chance: random.Random) -> str:
    yuan = chance.randrange(1, 100) * 1_000
    return chance.choice(
        (
            f"{{amount: {yuan} 元, per: once}}",
            f"{{amount: {yuan} 元, per: once, instalments: [50, 30, 20]}}",
            f"{{amount: {yuan // 20} 元, per: month, term: {{months: 24}}}}",
        )
    )


def _by_person(chance: random.Random) -> str:
    cap = chance.randrange(10, 200) * 1_000
    capped = f"steps: [{{cap_total: {cap} 元, cite: a}}]"
    rows = [f"{{is: {code}, amount: {chance.randrange(1, 30)} 万元, cite: a}}" for code in _TITLES]
    return chance.choice(
        (
            (
                f"{{amount: {{percent: 50, of: {{fact: monthly_rent}}}}, per: month, "
                f"term: {{months: 12}}, {capped}}}"
            ),
            f"{{amount: {{percent: 2, of: {{fact: home_price}}}}, per: once, {capped}}}",
            f"{{amount: {{percent: 40, of: {{fact: income_tax_paid}}}}, per: once, {capped}}}",
            f"{{amount: {{table: {{by: titles_held, rows: [{', '.join(rows)}]}}}}, per: once}}",
            (
                f"{{amount: {cap} 元, per: once, "
                "steps: [{cap_by: home_price, percent: 5, cite: a}]}"
            ),
        )
    )


_TITLES = ("cn.programme", "hz.tier.A", "pt.high-level")


def _said(chance: random.Random, number: int) -> list[str]:
    """Within a family texts bar, choose, top up and cap; one in eight looks at another family."""
    family = range(number // FAMILY * FAMILY, number)
    others = [_name(n) for n in chance.sample(family, min(2, len(family)))]
    if chance.random() < 1 / 8 and number >= FAMILY:
        others.append(_name(chance.randrange(number // FAMILY * FAMILY)))
    said = [
        f"exclusive: {{target: '#b', excludes: [{', '.join(others)}]}}",
        f"choose_one: {{members: ['#b', {', '.join(others)}]}}",
        f"highest: {{members: ['#b', {', '.join(others)}]}}",
        f"cap: {{members: ['#b', {', '.join(others)}], most: 12 万元}}",
        (
            f"top_up: {{target: '#b', bases: [{', '.join(others)}], "
            "total_cap: {amount: 15 万元, per: once}, alone: true}"
        ),
        f"once: {{members: ['#b', {', '.join(others)}], per: lifetime}}",
    ]
    chosen = chance.sample(said, chance.choice((0, 1, 1, 2))) if others else []
    return [f"{{id: s{place}, {each}, cite: a}}" for place, each in enumerate(chosen)]


_Numbers = npt.NDArray[np.float64]


def _work(chance: np.random.Generator, count: int, means: _Numbers) -> dict[str, pl.Series]:
    """Few districts have most of the people."""
    regions = list(code_tree("regions").codes)
    weights = 1 / np.arange(1, len(regions) + 1)
    works = chance.choice(len(regions), count, p=weights / weights.sum())
    registered = np.where(
        chance.random(count) < 0.6, works, chance.integers(0, len(regions), count)
    )
    employments = list(code_tree("employments").codes)
    ages = np.clip(38 + 9 * chance.normal(size=count), 18, 70)
    found = {
        "work_region": pl.Series(regions).gather(pl.Series(works)),
        "hukou_region": pl.Series(regions).gather(pl.Series(registered)),
        "employment": _ranked(employments, chance.normal(size=count)),
        BORN: _born(ages),
    }
    for fact, most in NUMBERS.items():
        shares = np.clip(0.4 + 0.15 * means + 0.2 * chance.normal(size=count), 0, 1)
        found[fact] = pl.Series(np.rint(most * shares).astype(np.int64))
    return found


def _money(chance: np.random.Generator, count: int, means: _Numbers) -> dict[str, pl.Series]:
    """Taxes to the yuan, rents to a hundred, prices to ten thousand."""

    def drawn(yuan: float, spread: float, step: int) -> _Numbers:
        logs = 0.4 * means + spread * chance.normal(size=count)
        return np.rint(yuan * np.exp(logs) / step) * step

    rents = np.where(chance.random(count) < 0.5, drawn(4_500, 0.4, 100), 0)
    sums = {
        "income_tax_paid": drawn(30_000, 1.0, 1),
        "venture_total": np.where(chance.random(count) < 0.05, drawn(9_000_000, 1.0, 10_000), 0),
        "home_price": drawn(4_000_000, 0.5, 10_000),
        "monthly_rent": rents,
    }
    return {fact: pl.Series((yuan * 100).astype(np.int64)) for fact, yuan in sums.items()}


def _before(chance: np.random.Generator, count: int) -> dict[str, pl.Series]:
    """One in twelve holds a title, one in thirty enjoys a policy, one in twenty was paid before."""
    titles = list(code_tree("titles").codes)
    held = [
        [titles[n]] if n < len(titles) else [] for n in chance.integers(0, 12 * len(titles), count)
    ]
    size = len(rules())
    enjoyed = [[_name(n)] if n < size else [] for n in chance.integers(0, 30 * size, count)]
    paid = [
        [
            {
                "policy_id": _name(n),
                "cost_item": ITEMS[n // FAMILY % len(ITEMS)],
                "fen": 100_000 * (n % 7 + 1),
            }
        ]
        if n < size
        else None
        for n in chance.integers(0, 20 * size, count)
    ]
    receipt = pl.Struct({"policy_id": pl.String, "cost_item": pl.String, "fen": pl.Int64})
    return {
        HELD: pl.Series(held, dtype=pl.List(pl.String)),
        "policies_held": pl.Series(enjoyed, dtype=pl.List(pl.String)),
        "receipts": pl.Series(paid, dtype=pl.List(receipt)),
    }


def _ranked(codes: Sequence[str], scores: _Numbers) -> pl.Series:
    """The higher the score the later the code; each code for as many."""
    places = scores.argsort().argsort() * len(codes) // len(scores)
    return pl.Series(codes).gather(pl.Series(places))


def _born(ages: _Numbers) -> pl.Series:
    days = (ages * 365.25).astype("timedelta64[D]")
    return pl.Series(np.datetime64(TODAY) - days).cast(pl.Date)


def _flags(chance: np.random.Generator, count: int) -> pl.Series:
    return pl.Series(chance.random(count) < 0.6)


def _known(chance: np.random.Generator, columns: dict[str, pl.Series]) -> dict[str, pl.Series]:
    """Of everybody some things are not known."""
    found = {}
    for fact, series in columns.items():
        known = pl.Series(chance.random(len(series)) >= UNKNOWN_SHARE)
        found[fact] = pl.select(pl.when(known).then(series)).to_series()
    return found
