"""The budget of people as in a city: from a table, and person after person, the same to the fen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import polars as pl
import pytest

from services.policy.rules import (
    POSSIBLE,
    PROMISING,
    best_package,
    default_vocabulary,
    evaluate_all,
)
from services.policy.rules.budget import registry
from services.policy.rules.budget.common import common_to
from services.policy.rules.bulk.frame import facts_of_row
from services.policy.rules.view import View, interactions_of
from tests.bench import registry_world
from tests.bench.policy_registry import budget
from tests.unit.policy.rules.test_budget import Lines, lines_of
from tests.unit.policy.rules.test_budget import add as add_to

PEOPLE = 40
MANY = 2_000


@cache
def city(count: int) -> pl.DataFrame:
    """Some are paid by sums that lie where a cap begins, a fen below it, or a fen above."""
    table = registry_world.people(count)
    near = [fen for cap in range(10, 200, 9) for fen in (cap * 250_000 - 1, cap * 250_000)]
    taxes = [near[row % len(near)] + (row % 3 == 0) for row in range(count)]
    edge = pl.Series(taxes, dtype=pl.Int64)
    return table.with_columns(
        pl.when(pl.int_range(count) % 2 == 0)
        .then(edge)
        .otherwise("income_tax_paid")
        .alias("income_tax_paid")
    )


def together(view: View, table: pl.DataFrame) -> tuple[Lines, Lines]:
    found = budget(view, table)
    return lines_of(found.surely), lines_of(found.perhaps)


def one_by_one(view: View, rows: Sequence[dict[str, object]]) -> tuple[Lines, Lines]:
    surely: Lines = {}
    perhaps: Lines = {}
    said = interactions_of(view)
    for row in rows:
        outcomes = evaluate_all(view, facts_of_row(row, default_vocabulary()))
        add_to(surely, best_package(outcomes, said, PROMISING))
        add_to(perhaps, best_package(outcomes, said, POSSIBLE))
    return surely, perhaps


@pytest.mark.parametrize("written", [registry_world.alike, registry_world.varied])
def test_a_table_of_people_comes_to_what_each_of_them_is_answered(
    written: Callable[[], View],
) -> None:
    view, table = written(), city(PEOPLE)
    assert together(view, table) == one_by_one(view, table.to_dicts())


def test_what_stands_against_what_and_is_forgotten_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: what is looked at once for all of a cluster, without its clashes."""
    view, table = registry_world.alike(), city(MANY)
    sums = together(view, table)
    monkeypatch.setattr(
        registry, "common_to", lambda *asked: replace(common_to(*asked), clashes={})
    )
    assert together(view, table) != sums
