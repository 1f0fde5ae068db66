"""The hand-worked packages: each with its clause, what it pays, what forcing the rest costs."""

from collections.abc import Mapping

import pytest

from services.policy.rules import best_package
from tests.unit.policy.rules import (
    rows_choosing,
    rows_doubts,
    rows_issue,
    rows_people,
    rows_stacking,
    rows_sums,
    rows_ties,
)
from tests.unit.policy.rules.package_row import Row
from tests.unit.policy.rules.package_samples import chosen, forced

TABLE: Mapping[str, Row] = {
    **rows_issue.ROWS,
    **rows_stacking.ROWS,
    **rows_choosing.ROWS,
    **rows_sums.ROWS,
    **rows_people.ROWS,
    **rows_doubts.ROWS,
    **rows_ties.ROWS,
}


@pytest.mark.parametrize("name", TABLE)
def test_the_package_is_the_one_worked_by_hand(name: str) -> None:
    row = TABLE[name]
    package = row.world.best()
    assert chosen(package) == dict(row.pays)
    assert forced(package) == dict(row.costs)
    assert [each.kind for each in package.doubts] == list(row.doubts)
    assert package.provisional == bool(row.doubts)
    assert all(each.blocked_by for each in package.left_out)


def test_the_table_has_at_least_thirty_cases() -> None:
    assert len(TABLE) >= 30


def test_without_its_interactions_a_row_would_not_pay_what_was_worked_out() -> None:
    """The control: a package that overlooks what texts say fails the rows that need them."""
    missed = [
        name
        for name, row in TABLE.items()
        if row.costs
        and row.world.spouse is None
        and chosen(best_package(row.world.outcomes(), [], row.world.states)) != dict(row.pays)
    ]
    needing = [name for name, row in TABLE.items() if row.costs and row.world.spouse is None]
    assert missed == needing
