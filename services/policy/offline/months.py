"""`package --schedule`: in which month what is paid, and what would be best in each by itself."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.policy.entitlements.fact_list import typed
from services.policy.offline.asked import Asked
from services.policy.offline.people import Person
from services.policy.offline.world import view_on
from services.policy.rules import Package, SourceRow, View, Vocabulary
from services.policy.rules.schedule import (
    Month,
    best_each_month,
    days_of_months,
    schedule_of,
)

Json = dict[str, Any]


def views_of_months(rows: Sequence[SourceRow], asked: Asked, vocabulary: Vocabulary) -> list[View]:
    """The policies as they stand on the day, and on the first of each month of the horizon."""
    days = days_of_months(asked.valid_at, asked.horizon)
    return [view_on(rows, replace(asked, valid_at=day), vocabulary) for day in days]


def scheduled(
    person: Person, package: Package, views: Sequence[View], vocabulary: Vocabulary
) -> Json:
    found = schedule_of(package)
    best = best_each_month(views, typed(person.facts, vocabulary))
    return {
        "months": [_month(each) for each in found.months],
        "undated": [
            {"key": each.key, "fen": each.fen, "because": each.because.value}
            for each in found.undated
        ],
        "best_each_month": [_month(each) for each in best],
    }


def _month(month: Month) -> Json:
    return {
        "month": f"{month.month:%Y-%m}",
        "fen": month.fen,
        "due": [{"key": each.key, "fen": each.fen} for each in month.due],
    }
