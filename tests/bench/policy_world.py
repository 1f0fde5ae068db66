"""Two hundred invented policies and as many people as asked, the same for every engine."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import polars as pl

from services.policy.rules import Policy, default_vocabulary, parse_policy
from services.policy.rules.vocabulary import CodeTree

SEED = 20_260_401
TODAY = date(2026, 4, 1)
POLICIES = 200
FOR_EACH = 6
UNKNOWN_SHARE = 0.06
"""One fact in sixteen is not known of somebody."""

NUMBERS = {
    "study_days_abroad": 1_500,
    "work_experience_years": 30,
    "contract_years": 10,
    "firm_shareholding_percent": 100,
    "income_percent_of_average": 600,
    "years_with_employer": 20,
}
SUMS = {"income_tax_paid": 300, "venture_total": 5_000, "home_price": 2_000}
"""In ten thousands of yuan."""
YES_NO = (
    "labour_contract",
    "home_owned_in_shanghai",
    "returned_full_time",
    "degree_verified",
    "fresh_graduate",
    "shanghai_insured",
)
CODES = {"work_region": "regions", "hukou_region": "regions", "employment": "employments"}
HELD = "titles_held"
DEGREE = "highest_degree"
BORN = "birth_date"
ORDERED = (">=", ">", "<=", "<")
_HEAD = """\
format: 1
id: XX-{number}
version: 1
issuer: putuo
title: {{zh: 样例, en: Sample}}
region: shanghai
doc_no: not_seen
published: 2026-01-01
in_force: {{from: 2026-01-01, to: open}}
scope: whole
sources: [{{title: Invented for the bench, quality: invented}}]
eligibility: {{entry: {entry}}}
benefits: []
"""


@dataclass(frozen=True, slots=True)
class Predicate:
    """One comparison; of codes `codes` are asked for, with all that is below them."""

    fact: str
    op: str
    value: int = 0
    codes: tuple[str, ...] = ()

    def written(self) -> str:
        named = f"[{', '.join(self.codes)}]"
        if self.fact == HELD:
            return f"{{holds: {{titles: {named}, tenure: in_term}}, cite: a}}"
        if self.fact == BORN:
            return f'{{since: {BORN}, op: "{self.op}", years: {self.value}, cite: a}}'
        if self.fact == DEGREE:
            return f'{{fact: {DEGREE}, op: "{self.op}", value: {self.codes[0]}, cite: a}}'
        if self.codes:
            return f"{{fact: {self.fact}, in: {named}, cite: a}}"
        value = {**dict.fromkeys(SUMS, f"{self.value} 万元")}.get(self.fact, str(self.value))
        yes_no = "true" if self.value else "false"
        value = yes_no if self.fact in YES_NO else value
        return f'{{fact: {self.fact}, op: "{self.op}", value: {value}, cite: a}}'


@dataclass(frozen=True, slots=True)
class Rule:
    """All of these, and one of those."""

    every: tuple[Predicate, ...]
    one_of: tuple[Predicate, ...]

    def policy(self, number: int) -> Policy:
        """Through the door every policy comes in by."""
        return parse_policy(_HEAD.format(number=number, entry=self.written()))

    def written(self) -> str:
        listed = ", ".join(each.written() for each in self.every)
        either = ", ".join(each.written() for each in self.one_of)
        return f"{{all: [{listed}, {{any: [{either}]}}]}}"


@cache
def rules() -> Sequence[Rule]:
    chance = random.Random(SEED)
    known = list(_predicates(chance))
    drawn = [chance.sample(known, FOR_EACH) for _ in range(POLICIES)]
    return [Rule(tuple(each[:4]), tuple(each[4:])) for each in drawn]


def frame(count: int) -> pl.DataFrame:
    """A row for each person, drawn evenly; what is not known of them is left out."""
    chance = np.random.default_rng(SEED)
    columns: dict[str, pl.Series] = {}
    for fact, most in NUMBERS.items():
        columns[fact] = pl.Series(chance.integers(0, most + 1, count))
    for fact, most in SUMS.items():
        columns[fact] = pl.Series(chance.integers(0, most * 10_000 + 1, count)) * 100
    for fact in YES_NO:
        columns[fact] = pl.Series(chance.integers(0, 2, count, dtype=np.int8)).cast(pl.Boolean)
    for fact, tree in {**CODES, DEGREE: "degrees"}.items():
        columns[fact] = _drawn(chance, list(code_tree(tree).codes), count)
    titles = _drawn(chance, list(code_tree("titles").codes), count)
    columns[HELD] = pl.select(pl.concat_list(titles)).to_series()
    ages = chance.integers(18 * 365, 70 * 365, count)
    columns[BORN] = pl.Series(np.datetime64(TODAY) - ages.astype("timedelta64[D]")).cast(pl.Date)
    return pl.DataFrame({fact: _with_gaps(chance, each) for fact, each in columns.items()})


@cache
def code_tree(name: str) -> CodeTree:
    return default_vocabulary().trees[name]


def _drawn(chance: np.random.Generator, codes: Sequence[str], count: int) -> pl.Series:
    places = pl.Series(chance.integers(0, len(codes), count))
    return pl.Series(codes).gather(places)


def _with_gaps(chance: np.random.Generator, series: pl.Series) -> pl.Series:
    known = pl.Series(chance.random(len(series)) >= UNKNOWN_SHARE)
    return pl.select(pl.when(known).then(series)).to_series()


def _predicates(chance: random.Random) -> Iterator[Predicate]:
    """Some two hundred, from which policies draw: texts repeat each other's thresholds."""
    for fact, most in {**NUMBERS, **SUMS}.items():
        for value in chance.sample(range(1, most), k=min(14, most - 1)):
            yield Predicate(fact, chance.choice(ORDERED), value)
    for fact in YES_NO:
        yield from (Predicate(fact, "==", value) for value in (0, 1))
    for years in range(28, 58, 2):
        yield Predicate(BORN, chance.choice(ORDERED), years)
    for degree in code_tree("degrees").codes:
        yield Predicate(DEGREE, ">=", codes=(degree,))
    for fact, tree in {**CODES, HELD: "titles"}.items():
        for _ in range(16):
            codes = chance.sample(list(code_tree(tree).codes), 3)
            yield Predicate(fact, "in", codes=tuple(codes))
