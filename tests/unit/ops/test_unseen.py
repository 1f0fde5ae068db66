"""What was not seen, or is not known, is not claimed."""

import pytest

from services.ops.rounds import Standing
from services.ops.unseen import is_behind

STANDS_AT_7 = Standing(service="policy", healthy=True, position=7)
NEVER_RECORDED = Standing(service="portal", healthy=True, position=0)
SILENT = Standing(service="registry", healthy=False)


@pytest.mark.parametrize(("seen", "behind"), [(0, True), (6, True), (7, False), (8, False)])
def test_ops_is_behind_where_a_service_stands_further(seen: int, *, behind: bool) -> None:
    assert is_behind([STANDS_AT_7, NEVER_RECORDED], {"policy": seen}) == behind


def test_a_service_of_which_nothing_was_seen_is_not_overlooked() -> None:
    assert is_behind([STANDS_AT_7], {"registry": 9})


def test_a_service_that_says_nothing_may_have_recorded_anything() -> None:
    assert is_behind([NEVER_RECORDED, SILENT], {"registry": 9})
